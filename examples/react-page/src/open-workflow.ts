import {
  compileManifests,
  createWorkflowMachine,
  formatProblem,
  type CompiledPipeline,
  type CompiledProject,
} from 'agent-engine/compiler';
import type { AnyStateMachine } from 'xstate';
import { otherFiles, workflowFile } from './manifests.ts';

export interface OpenWorkflow {
  readonly project: CompiledProject;
  readonly pipeline: CompiledPipeline;
  readonly machine: AnyStateMachine;
}

export interface Opened {
  /** Absent when an error stands in the way. */
  readonly workflow?: OpenWorkflow;
  /** What is wrong, each with its place in the text. */
  readonly problems: readonly string[];
}

/** Compiles the workflow that somebody wrote. Nothing runs by that. */
export function openWorkflow(text: string): Opened {
  const { compiled, problems, sources } = compileManifests({ ...otherFiles, [workflowFile]: text });
  const texts = problems.map((problem) => formatProblem(problem, sources));
  const [pipeline] = compiled?.pipelines.values() ?? [];
  if (compiled === undefined || pipeline === undefined) return { problems: texts };
  const machine = createWorkflowMachine(pipeline.graph, pipeline.chart());
  return { workflow: { project: compiled, pipeline, machine }, problems: texts };
}
