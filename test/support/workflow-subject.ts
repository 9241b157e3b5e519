import type { WorkflowSpec } from '../../src/manifest/index.ts';
import { emitChart } from '../../src/manifest-compiler/lanes/emit.ts';
import { analyseConcurrency, type Concurrency } from '../../src/manifest-compiler/plan/concurrency.ts';
import { outlineWorkflow, planGraph } from '../../src/manifest-compiler/plan/workflow-plan.ts';
import {
  createStepper,
  createWorkflowMachine,
  statusOf,
  tokenOf,
  type ControlState,
  type GraphNode,
  type Stepper,
  type WorkflowChart,
  type WorkflowGraph,
} from '../../src/machines/index.ts';
import type { ReferenceRun } from './reference-interpreter.ts';
import { readWorkflow, type WorkflowReading } from './reference-reading.ts';

/** A workflow as the kernel sees it beside the same workflow as the reference interpreter sees it. */
export interface KernelSubject {
  readonly workflow: WorkflowSpec;
  readonly reading: WorkflowReading;
  readonly graph: WorkflowGraph;
}

export interface ChartSubject extends KernelSubject {
  readonly concurrency: Concurrency;
  readonly chart: WorkflowChart;
  readonly stepper: Stepper;
}

export function planWorkflow(workflow: WorkflowSpec): KernelSubject {
  const reading = readWorkflow(workflow);
  const entry = workflow.nodes[reading.entry]?.id ?? '';
  return { workflow, reading, graph: planGraph(workflow, outlineWorkflow(workflow, {}), entry) };
}

export function compileWorkflow(workflow: WorkflowSpec): ChartSubject {
  const subject = planWorkflow(workflow);
  const concurrency = analyseConcurrency(subject.graph);
  const chart = emitChart(subject.graph, concurrency);
  return {
    ...subject,
    concurrency,
    chart,
    stepper: createStepper(createWorkflowMachine(subject.graph, chart), subject.graph),
  };
}

export function nodeAt({ graph }: KernelSubject, place: number): GraphNode {
  const node = graph.nodes[place];
  if (node === undefined) throw new Error(`There is no node ${place}.`);
  return node;
}

/** A control state in the words of the reference interpreter. */
export function describeControl(graph: WorkflowGraph, control: ControlState): ReferenceRun {
  return {
    tokens: graph.edges.map((edge) => tokenOf(control, edge)),
    statuses: graph.nodes.map((node) => statusOf(control, node)),
    ...(control.ended !== undefined && { ended: control.ended }),
  };
}
