import type { Output } from '../context.ts';

type Colors = Output['colors'];

const colorsByStatus = {
  completed: 'green',
  done: 'green',
  running: 'cyan',
  retrying: 'yellow',
  paused: 'yellow',
  interrupted: 'yellow',
  waiting: 'yellow',
  partial: 'yellow',
  failed: 'red',
  cancelled: 'red',
  skipped: 'dim',
} as const satisfies Record<string, keyof Colors>;

/** How the status of a task or stage is coloured. */
export function statusPaint(status: string, colors: Colors): (text: string) => string {
  const known = Object.entries(colorsByStatus).find(([name]) => name === status);
  return known === undefined ? String : colors[known[1]];
}

/** The status of a task as a person reads it: one that runs in no process was interrupted. */
export function statusWord({
  status,
  at_work: isAtWork,
}: {
  readonly status: string;
  readonly at_work: boolean;
}): string {
  return status === 'running' && !isAtWork ? 'interrupted' : status;
}
