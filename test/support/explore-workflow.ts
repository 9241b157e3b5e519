import type { WorkflowSpec } from '../../src/manifest/index.ts';
import {
  readyNodes,
  settle,
  startControl,
  statusOf,
  tokenOf,
  verdictOf,
  type ChartSnapshot,
  type ControlState,
  type Outcome,
} from '../../src/machines/index.ts';
import { firstRun, nextRun, referenceVerdict, type ReferenceRun } from './reference-interpreter.ts';
import { stagesBeing, stagesIn } from './workflow-observation.ts';
import { choicesOf } from './workflow-script.ts';
import { compileWorkflow, nodeAt, type ChartSubject } from './workflow-subject.ts';

export interface Exploration {
  readonly states: number;
  readonly steps: number;
  /** What the chart, the kernel and the reference interpreter do not agree on. */
  readonly disagreements: readonly string[];
}

interface Position {
  readonly snapshot: ChartSnapshot;
  readonly control: ControlState;
  readonly run: ReferenceRun;
}

/** Lets every stage end in every way that its edges can tell apart, in every order. */
export function exploreWorkflow(workflow: WorkflowSpec): Exploration {
  const subject = compileWorkflow(workflow);
  const disagreements: string[] = [];
  const seen = new Set<string>();
  let steps = 0;
  const open: Position[] = [firstPosition(subject)];
  for (let position = open.pop(); position !== undefined; position = open.pop()) {
    const state = `${JSON.stringify(position.control)} ${JSON.stringify(position.snapshot.value)}`;
    if (seen.has(state)) continue;
    seen.add(state);
    const disagreement = disagreementAt(subject, position);
    if (disagreement !== undefined) disagreements.push(`${describeEdges(workflow)}: ${disagreement}`);
    for (const node of disagreement === undefined ? readyNodes(subject.graph, position.control) : []) {
      for (const outcome of outcomesOf(workflow, node.index)) {
        steps += 1;
        open.push(nextPosition(subject, position, { place: node.index, outcome }));
      }
    }
  }
  return { states: seen.size, steps, disagreements };
}

function firstPosition({ stepper, graph, reading }: ChartSubject): Position {
  const { snapshot } = stepper.init({ seed: 'a task', maxParallel: graph.nodes.length, paused: false });
  return { snapshot, control: startControl(graph).control, run: firstRun(reading) };
}

function nextPosition(subject: ChartSubject, position: Position, ended: { place: number; outcome: Outcome }): Position {
  const node = nodeAt(subject, ended.place);
  const { outcome } = ended;
  const end = outcome.kind === 'done' ? outcome : { ...outcome, retryable: false };
  return {
    snapshot: subject.stepper.step(position.snapshot, { type: 'stage.ended', node: node.id, end }).snapshot,
    control: settle(subject.graph, position.control, { node, outcome }).control,
    run: nextRun(subject.reading, position.run, { node: ended.place, outcome }),
  };
}

/** Every choice of a decision, a choice that no edge carries, and a failure of each kind that an edge may name. */
function outcomesOf(workflow: WorkflowSpec, place: number): readonly Outcome[] {
  const node = workflow.nodes[place];
  const failures: readonly Outcome[] = [{ kind: 'failed', category: 'tool' }];
  if (node?.type !== 'decision') return [{ kind: 'done' }, ...failures];
  const choices = [...choicesOf(workflow, node.id), 'no edge'];
  return [...choices.map((choice): Outcome => ({ kind: 'done', choice })), ...failures];
}

function disagreementAt(subject: ChartSubject, { snapshot, control, run }: Position): string | undefined {
  const { graph, reading, chart } = subject;
  const byKernel = [
    ...graph.edges.map((edge) => tokenOf(control, edge)),
    ...graph.nodes.map((node) => statusOf(control, node)),
    control.ended,
    verdictOf(graph, control),
  ].join(' ');
  const byReference = [...run.tokens, ...run.statuses, run.ended, referenceVerdict(reading, run)].join(' ');
  if (byKernel !== byReference) return `the kernel says "${byKernel}", the reference "${byReference}"`;
  if (JSON.stringify(snapshot.context.control) !== JSON.stringify(control))
    return `the chart carries ${JSON.stringify(snapshot.context.control)}`;
  const overlooked = overlookedPair(subject, control);
  if (overlooked !== undefined) return `the analysis does not know that ${overlooked} can be active together`;
  const running = stagesBeing(stagesIn(chart, snapshot), 'running').join(' ');
  const ready = readyNodes(graph, control)
    .map((node) => node.id)
    .toSorted()
    .join(' ');
  if (running !== ready) return `the chart runs "${running}", the kernel "${ready}" ("${byKernel}")`;
  const verdict = verdictOf(graph, control);
  const shown = snapshot.status === 'active' ? 'active' : snapshot.value;
  return shown === verdict ? undefined : `the chart shows ${JSON.stringify(shown)}, the kernel "${verdict}"`;
}

function overlookedPair({ graph, concurrency }: ChartSubject, control: ControlState): string | undefined {
  const ready = readyNodes(graph, control);
  for (const one of ready) {
    const other = ready.find((candidate) => candidate !== one && !concurrency.areConcurrent(one, candidate));
    if (other !== undefined) return `"${one.id}" and "${other.id}"`;
  }
  return undefined;
}

function describeEdges({ edges = [] }: WorkflowSpec): string {
  return edges.map((edge) => `${edge.from} –${edge.condition ?? edge.type ?? ''}→ ${edge.to}`).join(', ');
}
