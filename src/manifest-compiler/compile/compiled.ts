import type { Problem } from '../../errors/index.ts';
import type { AgentSpec, PipelineSpec, ProjectSpec, WorkflowSpec } from '../../manifest/index.ts';
import type { WorkflowChart, WorkflowGraph } from '../../machines/index.ts';
import type { CompiledExpression, CompiledPrompt } from '../expressions/index.ts';
import type { Outline } from '../plan/outline.ts';
import type { StageProgram } from '../roles/index.ts';

/** An agent with its prompt parsed. */
export interface CompiledAgent {
  readonly id: string;
  readonly spec: AgentSpec;
  readonly prompt: CompiledPrompt;
}

/** One traversal of the workflow, ready to be made a machine. */
export interface CompiledPipeline {
  readonly id: string;
  /** Absent when no manifest declares pipelines: then the whole workflow is the one pipeline. */
  readonly spec?: PipelineSpec;
  /** For what child tasks run: the name of the workflow in `ProjectSpec.workflows`. */
  readonly name?: string;
  /** The workflow that it is a way through; several pipelines share that of the project. */
  readonly workflow: WorkflowSpec;
  readonly outline: Outline;
  readonly graph: WorkflowGraph;
  /** What every node does, by node id. */
  readonly programs: ReadonlyMap<string, StageProgram>;
  /** The chart as JSON. Made when it is first asked for: a check does not need it. */
  readonly chart: () => WorkflowChart;
  /** Tells it from others that fit a task as well. */
  readonly score?: CompiledExpression;
}

export interface CompiledProject {
  readonly project: ProjectSpec;
  readonly agents: ReadonlyMap<string, CompiledAgent>;
  /** By id, in the order of the file. */
  readonly pipelines: ReadonlyMap<string, CompiledPipeline>;
  /** What child tasks run, by the id that the stages give which start them. */
  readonly bodies: ReadonlyMap<string, CompiledPipeline>;
}

export interface Compilation {
  /** There when there is no error. */
  readonly compiled?: CompiledProject;
  readonly problems: readonly Problem[];
}
