import type { TaskView } from '../../engine/index.ts';
import { followUp, projectWords, type CliContext } from '../context.ts';

/** What is said of a task that rests in a pause: why, how it goes on, and what is next. */
export function pauseLines(context: CliContext, directory: string, task: TaskView): readonly string[] {
  const place = projectWords(context, directory);
  const command = (verb: string): string => followUp(context, verb, [task.id, ...place]);
  const why = task.stopped_at === undefined ? '' : ` at the breakpoint ${task.stopped_at}`;
  const next = task.held.length === 0 ? [] : [`Next: ${task.held.join(', ')}. One at a time: ${command('step')}`];
  return [...next, `Paused${why}. Go on with: ${command('resume')}`];
}
