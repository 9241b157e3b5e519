import type { Pending, TaskCommand, TaskCore } from './task-message.ts';

/* Stages that wait for an answer: their own, when they ask a question, or one that a child task of theirs waits for. */

export function markWaiting(pending: Map<string, Pending>, node: string): void {
  const stage = pending.get(node);
  if (stage?.kind === 'stage') pending.set(node, { ...stage, waiting: true });
}

/** Stages whose child tasks waited look after them again; a question goes on waiting for its answer. */
export function wake(core: TaskCore, pending: Map<string, Pending>): readonly TaskCommand[] {
  return [...pending.values()].flatMap((entry): readonly TaskCommand[] => {
    if (entry.kind !== 'stage' || entry.waiting !== true || isQuestion(core, entry.node)) return [];
    const { waiting: _waiting, ...stage } = entry;
    pending.set(stage.node, stage);
    return [{ do: 'run_stage', stage }];
  });
}

function isQuestion({ graph }: TaskCore, node: string): boolean {
  return graph.byId.get(node)?.type === 'feedback';
}

/** Deadlines run on while a stage waits; a wait for the next attempt is work to come. */
export function isAllWaiting(pending: ReadonlyMap<string, Pending>): boolean {
  return [...pending.values()].every((entry) =>
    entry.kind === 'stage' ? entry.waiting === true : entry.purpose !== 'retry',
  );
}
