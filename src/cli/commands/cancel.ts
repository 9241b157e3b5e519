import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProjectOfTask } from '../find-project.ts';
import { withPinnedEngine } from '../open-engine.ts';
import { writeJson } from '../text/output-text.ts';
import { withTaskHints } from '../text/task-hints.ts';
import { rootOf, type StageRecord } from '../../engine/index.ts';

export interface CancelOptions {
  readonly project?: string;
  readonly json?: boolean;
}

/** Ends a task, at rest or at work in any process. */
export async function cancel(context: CliContext, taskId: string, options: CancelOptions): Promise<number> {
  const directory = await findProjectOfTask(context, rootOf(taskId), options.project);
  return withPinnedEngine(context, { directory, taskId, lazy: true }, async (engine) =>
    withTaskHints(context, { directory, taskId }, async () => {
      const { at_work: wasAtWork } = await engine.showTask(taskId);
      const result = await engine.cancelTask(taskId);
      if (options.json === true) writeJson(context.stdout, result);
      const stopped = wasAtWork ? result.trace.filter(isStopped) : [];
      const places = stopped.map(({ stage }) => stage).join(', ');
      const atWork = stopped.length === 0 ? '' : ` Stopped at work: ${places}.`;
      context.stderr.write(`Task "${taskId}" is ${result.status}.${atWork}\n`);
      return result.status === 'cancelled' ? exitCodes.success : exitCodes.failure;
    }),
  );
}

/** A question is nothing that is at work. */
function isStopped({ status, attempt, node_type: type }: StageRecord): boolean {
  return status === 'cancelled' && attempt > 0 && type !== 'feedback';
}
