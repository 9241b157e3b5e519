import { helperMark } from './chart.ts';
import type { GraphNode, WorkflowGraph } from './graph.ts';
import { backoffDelay, runningId } from './stage-chart.ts';

export type TimerPurpose = 'timeout' | 'retry';

/** Name of a stage's timer, in effects, rows and journals alike: no name of a library goes there. */
export function timerId(purpose: TimerPurpose, node: string): string {
  return `${purpose} ${node}`;
}

/** The stage and the purpose that a timer's name stands for; undefined for what is no timer of the workflow. */
export function readTimerId(
  graph: WorkflowGraph,
  id: string,
): { readonly purpose: TimerPurpose; readonly node: GraphNode } | undefined {
  const space = id.indexOf(' ');
  const purpose = id.slice(0, Math.max(0, space));
  const node = graph.byId.get(id.slice(space + 1));
  if (node === undefined || (purpose !== 'timeout' && purpose !== 'retry')) return undefined;
  return { purpose, node };
}

/** The event of the delayed transition: XState names it `xstate.after.<delay>.<state id>`. */
export function timerEvent(purpose: TimerPurpose, node: GraphNode): string {
  return purpose === 'retry'
    ? `xstate.after.${backoffDelay(node.id)}.${retryingId(node)}`
    : `xstate.after.${node.timeoutMs ?? 0}.${runningId(node)}`;
}

/** The other way round. Ids of states hold no dot. */
export function timerOfEvent(event: string): { readonly purpose: TimerPurpose; readonly node: string } {
  const state = event.slice(event.lastIndexOf('.') + 1);
  const mark = state.lastIndexOf(helperMark);
  return { purpose: state.slice(mark + 1) === 'retrying' ? 'retry' : 'timeout', node: state.slice(0, mark) };
}

/** Id of the state in which a stage waits for its next attempt. */
function retryingId(node: GraphNode): string {
  return `${node.id}${helperMark}retrying`;
}
