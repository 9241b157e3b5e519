import { statusOf, type ControlState, type GraphNode } from 'agent-engine/compiler';

/** What is read of a snapshot of the machine. */
export interface RunSnapshot {
  readonly status: string;
  readonly value: unknown;
  readonly context: { readonly control: ControlState; readonly waits: Readonly<Record<string, number>> };
  readonly children: Readonly<Record<string, unknown>>;
}

export const stateMarks = {
  idle: '○',
  waiting: '‖',
  running: '▶',
  retrying: '↻',
  done: '✓',
  failed: '✕',
  skipped: '–',
  cancelled: '■',
} as const;
export type NodeState = keyof typeof stateMarks;

/** The kernel knows when a stage may run; whether it does is told by the actor that is there for it. */
export function stateOf({ context, children }: RunSnapshot, node: GraphNode): NodeState {
  const status = statusOf(context.control, node);
  if (status === 'pending') return 'idle';
  if (status !== 'ready') return status;
  if (Object.hasOwn(context.waits, node.id)) return 'retrying';
  return children[node.id] === undefined ? 'waiting' : 'running';
}
