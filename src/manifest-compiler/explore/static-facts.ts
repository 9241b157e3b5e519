import type { FailureCategory } from '../../errors/index.ts';
import type { NodeSpec, ToolCapability } from '../../manifest/index.ts';
import { isTolerated, isUnhandled } from '../../machines/index.ts';
import type { CompiledPipeline, CompiledProject } from '../compile/compiled.ts';
import { bodyId, isChildSpec } from '../roles/child-work.ts';
import { agentsOf, modelUse, type Body, type Declared, type ModelUse } from './model-use.ts';
import { createSpace, type Space } from './space.ts';
import { failuresOf } from './stage-failures.ts';
import {
  capabilitiesIn,
  isCode,
  safeModes,
  sandboxesOf,
  toolsByMode,
  type ReachableTools,
  type SafeMode,
  type SandboxUse,
} from './tool-reach.ts';

/** What can be said of a pipeline before anything has run. */
export interface StaticFacts extends ModelUse {
  readonly pipeline: string;
  readonly tools: Readonly<Record<SafeMode, ReachableTools>>;
  /** Failures that no edge of their stage takes. */
  readonly unhandled: readonly UnhandledFailures[];
}

export interface UnhandledFailures {
  readonly node: string;
  readonly categories: readonly FailureCategory[];
  /** A merge further on may go on without this branch. */
  readonly isAbsorbed: boolean;
}

/**
 * Answers without running anything: how much a run can cost at most and what it can touch, child tasks included, and what
 * nobody handles.
 */
export function staticFacts({ project, bodies }: StaticSource, pipeline: CompiledPipeline): StaticFacts {
  const { space, specs } = bodyOf(pipeline);
  const below = bodiesBelow(specs, bodies);
  const bodySpecs = Array.from(below.values(), (body) => body.specs);
  const allSpecs = [specs, ...bodySpecs].flatMap((each) => Array.from(each.values()));
  const declared = { project, specs, allSpecs, bodies: below, known: new Map() };
  return {
    pipeline: pipeline.id,
    ...modelUse(space, declared),
    tools: reachableTools(space, declared),
    unhandled: unhandledFailures(space, specs),
  };
}

/** What tools can do in a pipeline, by the modes in which it runs. */
export interface PipelineReach {
  readonly pipeline: string;
  readonly modes: Partial<Readonly<Record<SafeMode, ModeReach>>>;
  /** Tools that are code: once they run, no permission keeps them from anything. */
  readonly unfenced: readonly string[];
  /** Tools that start programs, and whether these are locked up: out of a sandbox permissions say what is started, not what it does. */
  readonly sandboxes: Readonly<Record<string, SandboxUse>>;
}

export interface ModeReach extends ReachableTools {
  /** Nothing that is not in here is done, whatever agents ask for. */
  readonly capabilities: readonly ToolCapability[];
}

/** What can be reached in each mode, by tool nodes, the tools of agents and child tasks. */
export function toolReach(source: StaticSource, pipeline: CompiledPipeline): PipelineReach {
  const { project } = source;
  const tools = toolsReached(source, pipeline);
  const accepted = pipeline.spec?.modes;
  const reach: Partial<Record<SafeMode, ModeReach>> = {};
  for (const mode of safeModes) {
    if (mode !== 'normal' && accepted?.includes(mode) === false) continue;
    reach[mode] = { ...tools[mode], capabilities: capabilitiesIn(mode, tools[mode], project.tools) };
  }
  return {
    pipeline: pipeline.id,
    modes: reach,
    unfenced: tools.normal.run.filter((name) => isCode(project.tools[name])),
    sandboxes: sandboxesOf(tools.normal.run, project.tools),
  };
}

/** Tools that run in each mode, whether the pipeline accepts that mode or not. */
export function toolsReached({ project, bodies }: StaticSource, pipeline: CompiledPipeline): StaticFacts['tools'] {
  const { space, specs } = bodyOf(pipeline);
  return reachableTools(space, { project, specs, bodies: bodiesBelow(specs, bodies) });
}

/** The parts of a compiled project that are looked at. */
export type StaticSource = Pick<CompiledProject, 'project' | 'bodies'>;

function bodyOf({ graph, outline }: CompiledPipeline): Body {
  return { space: createSpace(graph), specs: new Map(outline.nodes.map(({ spec }) => [spec.id, spec])) };
}

/** Bodies of the child tasks of some nodes, and of theirs. */
function bodiesBelow(
  specs: ReadonlyMap<string, NodeSpec>,
  bodies: CompiledProject['bodies'],
): ReadonlyMap<string, Body> {
  const found = new Map<string, Body>();
  const rest = [...specs.values()];
  for (let spec = rest.pop(); spec !== undefined; spec = rest.pop()) {
    const id = isChildSpec(spec) ? bodyId(spec) : '';
    const pipeline = found.has(id) ? undefined : bodies.get(id);
    if (pipeline === undefined) continue;
    const body = bodyOf(pipeline);
    found.set(id, body);
    rest.push(...body.specs.values());
  }
  return found;
}

function reachableTools(
  space: Space,
  { project, specs, bodies }: Omit<Declared, 'known' | 'allSpecs'>,
): StaticFacts['tools'] {
  const used = new Set<string>();
  for (const spec of [{ space, specs }, ...bodies.values()].flatMap(reachableSpecs)) {
    if (spec !== undefined && 'tool' in spec) used.add(spec.tool ?? '');
    for (const agent of agentsOf(spec)) for (const tool of project.agents[agent]?.tools ?? []) used.add(tool);
  }
  return toolsByMode(project.tools, used);
}

function reachableSpecs({ space, specs }: Body): readonly NodeSpec[] {
  return [...space.possible.runs].flatMap((node) => specs.get(node.id) ?? []);
}

function unhandledFailures({ graph, possible }: Space, specs: Declared['specs']): readonly UnhandledFailures[] {
  return graph.order.flatMap((node) => {
    const spec = specs.get(node.id);
    if (spec === undefined || !possible.runs.has(node)) return [];
    const categories = failuresOf(node, spec).filter(
      (category) => isUnhandled(node, category) && !isTolerated(node, category),
    );
    return categories.length === 0 ? [] : [{ node: node.id, categories, isAbsorbed: node.isFailureAbsorbed }];
  });
}
