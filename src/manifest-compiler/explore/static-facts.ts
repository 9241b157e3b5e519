import type { FailureCategory } from '../../errors/index.ts';
import type { ProjectSpec, ToolType } from '../../manifest/index.ts';
import { isUnhandled } from '../../machines/index.ts';
import type { CompiledPipeline } from '../compile/compiled.ts';
import { agentsOf, modelUse, type Declared, type ModelUse } from './model-use.ts';
import { createSpace, type Space } from './space.ts';
import { failuresOf } from './stage-failures.ts';

/** What can be said of a pipeline before anything has run. */
export interface StaticFacts extends ModelUse {
  readonly pipeline: string;
  readonly tools: Readonly<Record<SafeMode, ReachableTools>>;
  /** Failures that no edge of their stage takes. */
  readonly unhandled: readonly UnhandledFailures[];
}

export type SafeMode = 'normal' | 'analysis_only' | 'dry_run';

/** Names of tools, in the order of the manifest. */
export interface ReachableTools {
  readonly run: readonly string[];
  /** Those whose code says itself whether it is harmless; they run if it does. */
  readonly depends: readonly string[];
}

export interface UnhandledFailures {
  readonly node: string;
  readonly categories: readonly FailureCategory[];
  /** A merge further on may go on without this branch. */
  readonly isAbsorbed: boolean;
}

/** Answers without running anything: how much a run can cost at most, what it can touch, and what nobody handles. */
export function staticFacts(project: ProjectSpec, pipeline: CompiledPipeline): StaticFacts {
  const space = createSpace(pipeline.graph);
  const specs = new Map(pipeline.outline.nodes.map(({ spec }) => [spec.id, spec]));
  return {
    pipeline: pipeline.id,
    ...modelUse(space, { project, specs }),
    tools: reachableTools(space, { project, specs }),
    unhandled: unhandledFailures(space, specs),
  };
}

/** Whether safe modes let a tool run. */
const harmlessness = {
  'filesystem.read_file': 'run',
  'filesystem.list': 'run',
  'filesystem.write_file': 'never',
  'command.run': 'never',
  module: 'depends',
  registered: 'depends',
} as const satisfies Record<ToolType, 'run' | 'depends' | 'never'>;

function reachableTools({ possible }: Space, { project, specs }: Declared): StaticFacts['tools'] {
  const used = new Set<string>();
  for (const node of possible.runs) {
    const spec = specs.get(node.id);
    if (spec !== undefined && 'tool' in spec) used.add(spec.tool ?? '');
    for (const agent of agentsOf(spec)) for (const tool of project.agents[agent]?.tools ?? []) used.add(tool);
  }
  const reachable = Object.entries(project.tools).filter(([name]) => used.has(name));
  const named = (kind: 'run' | 'depends'): readonly string[] =>
    reachable.flatMap(([name, { type }]) => (harmlessness[type] === kind ? [name] : []));
  const safe = { run: named('run'), depends: named('depends') };
  return { normal: { run: reachable.map(([name]) => name), depends: [] }, analysis_only: safe, dry_run: safe };
}

function unhandledFailures({ graph, possible }: Space, specs: Declared['specs']): readonly UnhandledFailures[] {
  return graph.order.flatMap((node) => {
    const spec = specs.get(node.id);
    if (spec === undefined || !possible.runs.has(node)) return [];
    const categories = failuresOf(node, spec).filter((category) => isUnhandled(node, category));
    return categories.length === 0 ? [] : [{ node: node.id, categories, isAbsorbed: node.isFailureAbsorbed }];
  });
}
