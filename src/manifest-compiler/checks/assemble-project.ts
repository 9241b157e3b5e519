import {
  isHookPlugin,
  type DeclaredWorkflowSpec,
  type PluginsFile,
  type ProjectSpec,
  type WorkflowSpec,
} from '../../manifest/index.ts';
import type { WorkflowUnit } from '../read/index.ts';
import type { ProjectView } from './project-view.ts';
import { runnableAgent, runnableMemory, runnableNode, runnablePlugin, runnableTool, toolsOfEntry } from './runnable.ts';

/**
 * The project as written, without defaults; a project without engine.yaml is named after its workflow. What this version
 * cannot run is left out: wherever that matters the checks have found an error.
 */
export function assembleProject(view: ProjectView): ProjectSpec | undefined {
  const { engine, agents, tools, workflow, pipelines, memory, plugins } = view.manifests;
  if (workflow === undefined) return undefined;
  const { $schema: _pipelinesSchema, ...pipelinesWritten } = pipelines ?? {};
  const named = new Set(
    view.namedFiles.flatMap(({ kind, path }) => (kind === 'prompt' || kind === 'script' ? [path] : [])),
  );
  return {
    engine: engine?.engine ?? { name: workflow.workflow.id },
    agents: withoutGaps(Object.entries(agents?.agents ?? {}).map(([name, agent]) => [name, runnableAgent(agent)])),
    tools: withoutGaps(
      Object.entries(tools?.tools ?? {})
        .flatMap(([name, tool]) => toolsOfEntry(name, tool))
        .map(([name, tool]) => [name, runnableTool(tool)]),
    ),
    workflow: runnableWorkflow(view.unit, workflow.workflow),
    workflows: Object.fromEntries(
      view.workflows.flatMap((unit) =>
        unit.name === '' || unit.workflow === undefined ? [] : [[unit.name, runnableWorkflow(unit, unit.workflow)]],
      ),
    ),
    pipelines: pipelinesWritten,
    memory: runnableMemory(memory ?? {}),
    ...runnablePlugins(plugins),
    schemas: withoutGaps([...view.schemas].map(([name, { schema }]) => [name, schema])),
    texts: Object.fromEntries([...view.texts].filter(([path]) => named.has(path))),
  };
}

function runnablePlugins(file: PluginsFile | undefined): Pick<ProjectSpec, 'plugins' | 'hooks' | 'redact'> {
  const { plugins = [], redact } = file ?? {};
  const hooks = plugins.filter((plugin) => isHookPlugin(plugin)); // in their order
  return {
    plugins: plugins.flatMap((plugin) => runnablePlugin(plugin) ?? []),
    ...(hooks.length > 0 && { hooks }),
    ...(redact !== undefined && { redact }),
  };
}

function runnableWorkflow(unit: WorkflowUnit, workflow: DeclaredWorkflowSpec): WorkflowSpec {
  return { ...workflow, nodes: workflow.nodes.flatMap((node) => runnableNode(node, unit) ?? []) };
}

function withoutGaps<T>(entries: readonly (readonly [string, T | undefined])[]): Record<string, T> {
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}
