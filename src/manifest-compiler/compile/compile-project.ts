import type { AgentSpec, ProjectSpec } from '../../manifest/index.ts';
import { compilePrompt } from '../expressions/index.ts';
import type { Outline } from '../plan/outline.ts';
import { outlineWorkflow } from '../plan/workflow-plan.ts';
import { compilePipeline, type PipelineTask } from './compile-pipeline.ts';
import type { Compilation, CompiledAgent, CompiledPipeline } from './compiled.ts';
import { createFaultCollector, type FaultCollector, type FileOf } from './fault-collector.ts';
import { reportDeadParts } from './report-dead-parts.ts';

/**
 * Compiles manifests that have passed the checks: graphs, charts, expressions and prompts. Pure: the same manifests give
 * the same result on every machine.
 */
export function compileProject(project: ProjectSpec, fileOf: FileOf = (kind) => `${kind}.yaml`): Compilation {
  const faults = createFaultCollector(fileOf);
  const agents = new Map<string, CompiledAgent>();
  for (const [id, spec] of Object.entries(project.agents)) {
    const agent = compileAgent(id, spec, { project, faults });
    if (agent !== undefined) agents.set(id, agent);
  }
  const whole = outlineWorkflow(project.workflow, project.engine.defaults ?? {}, project.pipelines.fallbacks);
  const pipelines = new Map<string, CompiledPipeline>();
  for (const task of pipelineTasks(project, whole)) {
    pipelines.set(task.id, compilePipeline(project, whole, { task, faults }));
  }
  reportDeadParts(project.workflow, [...pipelines.values()], faults);
  const { problems } = faults;
  return problems.length > 0 ? { problems } : { compiled: { project, agents, pipelines }, problems };
}

/** A file that the manifests name. Own entries only: a prompt may be the word "constructor". */
export function textOf({ texts }: ProjectSpec, file: string): string | undefined {
  return Object.hasOwn(texts, file) ? texts[file] : undefined;
}

interface AgentContext {
  readonly project: ProjectSpec;
  readonly faults: FaultCollector;
}

function compileAgent(id: string, spec: AgentSpec, { project, faults }: AgentContext): CompiledAgent | undefined {
  const result = compilePrompt(textOf(project, spec.prompt) ?? spec.prompt);
  if (result.ok) return { id, spec, prompt: result.prompt };
  faults.report('MANIFEST_PROMPT_INVALID', { kind: 'agents', path: ['agents', id, 'prompt'] }, result.fault);
  return undefined;
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
