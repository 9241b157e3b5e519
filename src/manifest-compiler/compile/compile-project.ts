import type { FallbackSpec, ProjectSpec, WorkflowSpec } from '../../manifest/index.ts';
import type { WorkflowShapes } from '../expressions/index.ts';
import type { Outline } from '../plan/outline.ts';
import { outlineWorkflow } from '../plan/workflow-plan.ts';
import { bodyId } from '../roles/index.ts';
import { compileAgent } from './compile-agent.ts';
import { compilePipeline, type PipelineTask } from './compile-pipeline.ts';
import type { Compilation, CompiledAgent, CompiledPipeline } from './compiled.ts';
import { compileScores } from './compile-scores.ts';
import {
  createFaultCollector,
  type FaultCollector,
  type FilePlace,
  type Place,
  type PlaceOf,
} from './fault-collector.ts';
import { reportDeadParts } from './report-dead-parts.ts';

/** What is known of the outputs of a workflow, by its name in `ProjectSpec.workflows`; that of the project has none. */
export type ShapesOf = (workflow: string) => WorkflowShapes | undefined;

/**
 * Compiles manifests that have passed the checks: graphs, charts, expressions and prompts. Pure: the same manifests give
 * the same result on every machine. Fields of outputs are checked where something is known of them.
 */
export function compileProject(
  project: ProjectSpec,
  placeOf: PlaceOf = asNamed,
  shapesOf: ShapesOf = () => undefined,
): Compilation {
  const faults = createFaultCollector(placeOf);
  const agents = new Map<string, CompiledAgent>();
  const context = { texts: project.texts, faults, prompts: new Map() };
  for (const [id, spec] of Object.entries(project.agents)) {
    const agent = compileAgent(id, spec, context);
    if (agent !== undefined) agents.set(id, agent);
  }
  const rows = fallbacksIn(project.workflow, project.pipelines.fallbacks);
  const whole = outlineWorkflow(project.workflow, project.engine.defaults ?? {}, rows);
  const pipelines = new Map<string, CompiledPipeline>();
  const scores = compileScores(project.pipelines.pipelines ?? {}, faults);
  for (const task of pipelineTasks(project, whole)) {
    const score = scores.get(task.id);
    const pipeline = compilePipeline(project.workflow, whole, { task, faults, shapes: shapesOf('') });
    pipelines.set(task.id, score === undefined ? pipeline : { ...pipeline, score });
  }
  const bodies = compileBodies(project, faults, shapesOf);
  reportDeadParts([...pipelines.values()], faults);
  for (const sameWorkflow of Map.groupBy(bodies.values(), (body) => body.workflow).values()) {
    reportDeadParts(sameWorkflow, faults);
  }
  const { problems } = faults;
  return problems.length > 0 ? { problems } : { compiled: { project, agents, pipelines, bodies }, problems };
}

function asNamed({ kind, path }: Place): FilePlace {
  return { file: `${kind}.yaml`, path };
}

/** A workflow that is run by nodes of several types is compiled for each: its expressions may name other things. */
function compileBodies(
  project: ProjectSpec,
  faults: FaultCollector,
  shapesOf: ShapesOf,
): ReadonlyMap<string, CompiledPipeline> {
  const bodies = new Map<string, CompiledPipeline>();
  for (const { nodes } of [project.workflow, ...Object.values(project.workflows)]) {
    for (const node of nodes) {
      if (node.type !== 'map' && node.type !== 'repeat' && node.type !== 'workflow') continue;
      const id = bodyId(node);
      const workflow = Object.hasOwn(project.workflows, node.workflow) ? project.workflows[node.workflow] : undefined;
      if (workflow === undefined || bodies.has(id)) continue;
      const rows = fallbacksIn(workflow, project.pipelines.fallbacks);
      const whole = outlineWorkflow(workflow, project.engine.defaults ?? {}, rows);
      const task: PipelineTask = { id, entry: defaultEntry(whole), name: node.workflow, frame: node.type };
      bodies.set(id, compilePipeline(workflow, whole, { task, faults, shapes: shapesOf(node.workflow) }));
    }
  }
  return bodies;
}

/** A row of the fallback matrix holds in every workflow that has its node. */
function fallbacksIn({ nodes }: WorkflowSpec, rows: readonly FallbackSpec[] = []): readonly FallbackSpec[] {
  const ids = new Set(nodes.map(({ id }) => id));
  return rows.filter(({ to }) => ids.has(to));
}

function pipelineTasks(project: ProjectSpec, whole: Outline): readonly PipelineTask[] {
  const declared = Object.entries(project.pipelines.pipelines ?? {});
  if (declared.length > 0) return declared.map(([id, spec]) => ({ id, entry: spec.entry, spec }));
  return [{ id: project.workflow.id, entry: defaultEntry(whole) }];
}

/** The node marked as entry, else the first without inbound edges; the checks have seen to it that there is one. */
function defaultEntry(whole: Outline): string {
  const targets = new Set(whole.edges.map((edge) => edge.to));
  const free = whole.nodes.filter(({ spec }) => !targets.has(spec.id));
  return (free.find(({ spec }) => spec.entry === true) ?? free[0])?.spec.id ?? '';
}
