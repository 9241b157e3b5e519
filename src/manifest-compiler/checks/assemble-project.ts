import type { ProjectSpec } from '../../manifest/index.ts';
import type { ProjectView } from './project-view.ts';

/** The project as written, without defaults; a project without engine.yaml is named after its workflow. */
export function assembleProject(view: ProjectView): ProjectSpec | undefined {
  const { engine, agents, tools, workflow, pipelines, memory, plugins } = view.manifests;
  if (workflow === undefined) return undefined;
  const { $schema: _pipelinesSchema, ...pipelinesWritten } = pipelines ?? {};
  const { $schema: _memorySchema, ...memoryWritten } = memory ?? {};
  const named = new Set(view.namedFiles.flatMap(({ kind, path }) => (kind === 'schema' ? [] : [path])));
  return {
    engine: engine?.engine ?? { name: workflow.workflow.id },
    agents: agents?.agents ?? {},
    tools: tools?.tools ?? {},
    workflow: workflow.workflow,
    pipelines: pipelinesWritten,
    memory: memoryWritten,
    plugins: plugins?.plugins ?? [],
    schemas: Object.fromEntries(
      [...view.schemas].flatMap(([name, { schema }]) => (schema === undefined ? [] : [[name, schema] as const])),
    ),
    texts: Object.fromEntries([...view.texts].filter(([path]) => named.has(path))),
  };
}
