import { EngineError } from '../errors/index.ts';
import type { CompiledProject } from '../manifest-compiler/index.ts';
import type { ToolDefinition, ToolHandler } from '../services/index.ts';

interface Registration {
  readonly name: string;
  readonly handler: ToolHandler | ToolDefinition;
}

/** Throws TOOL_NOT_REGISTERED when no manifest declares such a tool. */
export function registerTool(
  { project }: CompiledProject,
  handlers: Map<string, ToolHandler | ToolDefinition>,
  { name, handler }: Registration,
): void {
  if (project.tools[name]?.type !== 'registered') {
    throw new EngineError('TOOL_NOT_REGISTERED', `No manifest declares a tool "${name}" of type "registered".`, {
      hint: `Add "${name}: { type: registered }" to tools.yaml.`,
    });
  }
  handlers.set(name, handler);
}
