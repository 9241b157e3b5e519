import { failureOf, type Failure } from '../errors/index.ts';
import { tokenOf, type Arrival, type ControlChanges, type GraphNode } from '../machines/index.ts';
import { scopeFor } from './work/stage-scope.ts';
import type { TaskRecord } from './task-record.ts';
import { signatureOf } from './trace.ts';

/** Ends that a step reached have their output. One whose output cannot be worked out has failed, and the task with it. */
export function noteEnds(task: TaskRecord, { nodes }: Pick<ControlChanges, 'nodes'>): void {
  for (const { node, status } of nodes) if (node.closes !== undefined && status === 'done') noteEnd(task, node);
}

function noteEnd(task: TaskRecord, node: GraphNode): void {
  const record = task.trace.get(node.id);
  const program = task.runnable.pipeline.programs.get(node.id);
  if (record === undefined || program === undefined) return;
  try {
    const work = program.plan(scopeFor(task, { node: node.id, arrivals: arrivalsOf(task, node) }));
    record.output = work.kind === 'value' ? work.value : null;
    record.status = 'done';
    delete record.failure;
  } catch (error) {
    const failure: Failure = failureOf(error) ?? {
      code: 'internal.bug',
      message: `The output of "${node.id}" could not be made.`,
    };
    delete record.output;
    record.status = 'failed';
    record.failure = signatureOf(task, node.id, failure);
  }
}

function arrivalsOf({ state }: TaskRecord, { inbound }: GraphNode): readonly Arrival[] {
  const { control } = state.snapshot.context;
  return inbound.map((edge) => ({ from: edge.from.id, edge: edge.id, token: tokenOf(control, edge) }));
}
