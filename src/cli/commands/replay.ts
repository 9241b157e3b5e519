import { isEngineError, replayStored, type ReplayReport } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProjectOfTask } from '../find-project.ts';
import { countText } from '../text/format-values.ts';
import { writeJson } from '../text/output-text.ts';

export interface ReplayCommandOptions {
  readonly project?: string;
  /** False for --no-below. */
  readonly below?: boolean;
  readonly json?: boolean;
}

/** Reduces the journal of a task again and says whether the same comes of it. */
export async function replay(context: CliContext, taskId: string, options: ReplayCommandOptions): Promise<number> {
  const directory = await findProjectOfTask(context, taskId, options.project);
  const { stdout } = context;
  try {
    const tasks = await replayStored(directory, taskId, { below: options.below !== false });
    if (options.json === true) writeJson(stdout, { same: true, tasks });
    else stdout.write(`${tasks.map(reportLine).join('\n')}\n`);
    return exitCodes.success;
  } catch (error) {
    const isDifferent = isEngineError(error) && error.code === 'TASK_REPLAY_DIFFERS';
    if (isDifferent && options.json === true)
      writeJson(stdout, { same: false, message: error.message, ...error.details });
    throw error;
  }
}

function reportLine({ task, entries, rows }: ReplayReport): string {
  return `${task}: ${countText(entries, 'entry', 'entries')}, ${countText(rows, 'row')} compared, the same`;
}
