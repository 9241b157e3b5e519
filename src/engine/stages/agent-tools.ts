import type { AgentTool, ReadyAgent, WrittenPlan } from '../../actors/index.ts';
import { failureOf } from '../../errors/index.ts';
import { isPlanText, readToolPlan, type SchemaValidator, type ToolRuntime } from '../../services/index.ts';

/** The tools of an agent as its models see them. Handlers may be registered at any time, so they are looked up at each call. */
export function agentTools(
  names: readonly string[],
  runtime: Pick<ToolRuntime, 'describe'>,
  validator: Pick<SchemaValidator, 'bundle'>,
): readonly AgentTool[] {
  if (names.length === 0) return [];
  const described = new Map(runtime.describe().map((tool) => [tool.name, tool]));
  return names.flatMap((name) => {
    const tool = described.get(name);
    if (tool === undefined) return [];
    const { description, inputSchema, isReadOnly } = tool;
    return [{ name, description, isReadOnly, inputSchema: validator.bundle(inputSchema ?? { type: 'object' }) }];
  });
}

/** What a text asks for that is a tool plan and nothing else. */
export function writtenPlan(text: string, { id, tools }: Pick<ReadyAgent, 'id' | 'tools'>): WrittenPlan | undefined {
  if (!isPlanText(text)) return undefined;
  try {
    return { steps: readToolPlan(text, { node: id, agent: id, tools }) };
  } catch (error) {
    const problem = failureOf(error);
    if (problem === undefined) throw error;
    return { problem };
  }
}
