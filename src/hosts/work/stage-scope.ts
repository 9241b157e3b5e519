import type { DeliveredArrival, StageScope } from '../../manifest-compiler/index.ts';
import type { Arrival } from '../../machines/index.ts';
import type { TaskRecord } from '../task-record.ts';

/** What the expressions of a stage can name at the moment it starts. */
export function scopeFor(
  task: TaskRecord,
  stage: { readonly node: string; readonly arrivals: readonly Arrival[] },
): StageScope {
  const { creation, stages } = task;
  const arrivals = stage.arrivals.map((arrival) => withOutput(task, arrival));
  return {
    task: { id: creation.id, mode: creation.mode, tags: creation.tags },
    input: creation.input,
    stages,
    output: outputBefore(task, arrivals),
    error: failureBefore(task, arrivals),
    arrivals,
    ...creation.frame,
  };
}

function withOutput(task: TaskRecord, arrival: Arrival): DeliveredArrival {
  return arrival.token === 'live' ? { ...arrival, output: task.stages[arrival.from]?.output ?? null } : arrival;
}

/** The request for the entry, the one output for a node with one live edge, and several by source. */
function outputBefore(task: TaskRecord, arrivals: readonly DeliveredArrival[]): unknown {
  if (arrivals.length === 0) return task.creation.input;
  const live = arrivals.filter(({ token }) => token === 'live');
  const [first] = live;
  if (live.length === 1) return first?.output ?? null;
  return Object.fromEntries(live.map(({ from, output }) => [from, output ?? null]));
}

function failureBefore(task: TaskRecord, arrivals: readonly DeliveredArrival[]): unknown {
  for (const { from, token } of arrivals) {
    if (token !== 'live') continue;
    const record = task.trace.get(from);
    if (record?.status === 'failed' && record.failure !== undefined) return record.failure;
  }
  return null;
}
