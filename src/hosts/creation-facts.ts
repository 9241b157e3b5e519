import { controlChanges, isTaskOver } from '../machines/index.ts';
import type { RoutingDecision, TaskOverrides } from '../services/index.ts';
import { concludeTask } from './conclude.ts';
import { nodeFacts, pendingFacts, statusFact } from './task-events.ts';
import type { TaskFact } from './task-fact.ts';
import type { TaskRecord } from './task-record.ts';

/** What is told of a task that is new, at the time and from its journal. */
export function creationFacts(task: TaskRecord): readonly TaskFact[] {
  const { definition, mode, routing, overrides, parent } = task.creation;
  const created: TaskFact = { type: 'task.created', data: { definition, mode } };
  // A child task goes by what was decided for the one above it.
  const begun = parent === undefined ? [created, ...routingFacts(routing), ...overrideFacts(overrides)] : [created];
  return [...begun, ...overFacts(task)];
}

interface ForkOrigin {
  /** The task whose history it shares, up to which entry. */
  readonly from: { readonly task: string; readonly seq: number };
  /** Those that it was given anew. */
  readonly overrides: TaskOverrides | undefined;
}

/**
 * The same of a fork: what happened before it was told of the task that it was made from. What was in flight there begins anew, and
 * what that one asked it asks itself.
 */
export function forkFacts(task: TaskRecord, { from, overrides }: ForkOrigin): readonly TaskFact[] {
  const { definition, mode } = task.creation;
  const forkedFrom = { task: from.task, seq: from.seq };
  const begun = task.state.status === 'pending' ? [] : pendingFacts(task);
  const created: TaskFact = { type: 'task.created', data: { definition, mode, forkedFrom } };
  return [created, { type: 'task.forked', data: forkedFrom }, ...overrideFacts(overrides), ...begun];
}

/** A workflow that has nothing but an end is over as soon as it is there: no step of the task tells of it. Others may be by now. */
function overFacts(task: TaskRecord): readonly TaskFact[] {
  if (task.state.seq > 0 || !isTaskOver(task.state.status)) return [];
  const { runnable, state, creation } = task;
  const { nodes } = controlChanges(runnable.core.graph, undefined, state.snapshot.context.control);
  task.result = concludeTask(task);
  return [...nodeFacts(task, nodes), statusFact(task, task.result.status, creation.created_at)];
}

function routingFacts(routing: RoutingDecision | undefined): readonly TaskFact[] {
  return routing === undefined ? [] : [{ type: 'routing.decided', data: routing }];
}

function overrideFacts(overrides: TaskOverrides | undefined): readonly TaskFact[] {
  if (overrides === undefined) return [];
  const { applied, refused, conflicts } = overrides;
  return [
    ...applied.map(({ spec, source }): TaskFact => {
      const { id: override, kind, scope, severity } = spec;
      const agent = source.agent === undefined ? {} : { agent: source.agent };
      return { type: 'override.applied', data: { override, kind, scope, severity, from: source.from, ...agent } };
    }),
    ...refused.map(({ id: override, kind, reason }): TaskFact => {
      return { type: 'override.refused', data: { override, kind, reason } };
    }),
    ...conflicts.map(({ loser, winner, about, reason }): TaskFact => {
      return { type: 'override.refused', data: { override: loser, kind: about, reason, by: winner } };
    }),
  ];
}
