import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterStep, pruneSteps, retentionRules, type PruneContext } from './prune-tasks.ts';

/** Lets tasks go that `engine.retention` does not keep, once per engine. */
export interface Retention {
  /** To be told whenever a task has come to rest. */
  afterTask(): void;
  /** Resolves when no step is under way. */
  close(): Promise<void>;
}

/** About 10,000 tasks: what is left then is for the next engine, or for `tasks prune`. */
const mostSteps = 50;

/**
 * Begins after the first task has come to rest, so that no task waits for it, and goes on one short step a turn. What fails is left for
 * the next time: a task must not fail since an old one cannot be removed.
 */
export function createRetention(context: PruneContext): Retention {
  const isDeclared = context.store !== undefined && context.project.engine.retention !== undefined;
  let job: Promise<void> | undefined;
  let isClosed = false;
  const sweep = async (): Promise<void> => {
    await nextTurn();
    let steps = 0;
    for (const step of pruneSteps(context, retentionRules(context))) {
      await afterStep(context, step, 'retention');
      steps += 1;
      if (isClosed || steps === mostSteps) return;
      await nextTurn();
    }
  };
  return {
    afterTask() {
      if (isDeclared && !isClosed) job ??= sweep().catch(() => undefined);
    },
    async close() {
      isClosed = true;
      await job;
    },
  };
}
