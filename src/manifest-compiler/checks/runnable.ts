import type {
  AgentSpec,
  DeclaredAgentSpec,
  DeclaredNodeSpec,
  DeclaredPluginSpec,
  DeclaredToolSpec,
  MemoryFile,
  MemorySpec,
  NodeSpec,
  PluginSpec,
  ToolSpec,
} from '../../manifest/index.ts';
import { isHookPlugin } from '../../manifest/index.ts';
import { bodyName, isChildNode, type ChildNode, type WorkflowUnit } from '../read/index.ts';

/*
 * From what may be declared to what this version can run. A type that is added to what may be declared does not compile
 * here until it is said on which side it is.
 */

/** An agent without a prompt is asked by its description; the schema has seen to it that there is one. */
export function runnableAgent(agent: DeclaredAgentSpec): AgentSpec {
  return { ...agent, prompt: agent.prompt ?? agent.description ?? '' };
}

export function runnableTool(tool: DeclaredToolSpec): ToolSpec | undefined {
  return tool;
}

/** The tools that an entry of tools.yaml brings, by the names that they are called by: those of a server one by one. */
export function toolsOfEntry<Tool extends DeclaredToolSpec>(
  name: string,
  tool: Tool,
): readonly (readonly [string, Tool])[] {
  if (tool.type !== 'mcp') return [[name, tool]];
  return [...new Set(tool.only)].map((served) => [`${name}.${served}`, { ...tool, only: [served] }]);
}

export function runnableNode(node: DeclaredNodeSpec, unit: WorkflowUnit): NodeSpec | undefined {
  if (!isChildNode(node)) return node;
  const workflow = bodyName(node, unit);
  return workflow === undefined ? undefined : namingBody(node, workflow);
}

/** A node to look for faults in, whether or not it says what it runs. */
export function draftNode(node: DeclaredNodeSpec): NodeSpec {
  return isChildNode(node) ? namingBody(node, '') : node;
}

/** However its body was written, the node names it. */
function namingBody(node: ChildNode, workflow: string): NodeSpec {
  if (node.type === 'workflow') return { ...node, workflow };
  const { node: _node, body: _body, ...rest } = node;
  return { ...rest, workflow };
}

export function runnablePlugin(plugin: DeclaredPluginSpec): PluginSpec | undefined {
  return isHookPlugin(plugin) ? undefined : plugin;
}

export function runnableMemory({ memory, context_profiles: profiles }: MemoryFile): MemorySpec {
  return {
    ...(memory !== undefined && { memory }),
    ...(profiles !== undefined && { context_profiles: profiles }),
  };
}
