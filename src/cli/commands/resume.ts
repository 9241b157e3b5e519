import { EngineError, rootOf, type Engine } from '../../engine/index.ts';
import { followUp, projectWords, type CliContext } from '../context.ts';
import { findProjectOfTask } from '../find-project.ts';
import { migrationLines, toolsAgain } from '../text/migration-text.ts';
import { withEngine, withPinnedEngine } from '../open-engine.ts';
import { payloadsFor, type ProgressOptions } from '../input/progress-options.ts';
import { pinnedNotes } from '../text/pinned-notes.ts';
import { withTaskHints } from '../text/task-hints.ts';
import { watchTask } from '../task-watch.ts';

export interface ResumeCommandOptions extends ProgressOptions {
  readonly project?: string;
  /** Go on with the manifests of today. */
  readonly latest?: boolean;
  /** Tools may be used a second time for that. */
  readonly yes?: boolean;
  /** Places of `--break`; false for --no-break. */
  readonly break?: readonly string[] | false;
}

/** Goes on with a task after its last finished stage. */
export async function resume(context: CliContext, taskId: string, options: ResumeCommandOptions): Promise<number> {
  const directory = await findProjectOfTask(context, taskId, options.project);
  const hinted = (work: () => Promise<number>): Promise<number> =>
    withTaskHints(context, { directory, taskId: rootOf(taskId) }, work);
  if (options.latest === true) {
    return withEngine(context, { directory, ...payloadsFor(context, options) }, async (engine) =>
      hinted(() => resumeLatest(context, engine, { taskId, options })),
    );
  }
  return withPinnedEngine(context, { directory, taskId, ...payloadsFor(context, options) }, async (engine) =>
    hinted(async () => {
      if (options.break !== undefined)
        await engine.setBreakpoints(taskId, options.break === false ? [] : options.break);
      const task = await engine.showTask(taskId);
      const watch = await watchTask(context, engine, options);
      for (const note of await pinnedNotes(context, engine, task)) watch.note(note);
      return watch.carryOut(task, async () => engine.resumeTask(taskId));
    }),
  );
}

interface Wish {
  readonly taskId: string;
  readonly options: ResumeCommandOptions;
}

async function resumeLatest(context: CliContext, engine: Engine, { taskId, options }: Wish): Promise<number> {
  const task = await engine.showTask(taskId);
  const watch = await watchTask(context, engine, options);
  const isOpen = task.status === 'pending' || task.status === 'running' || task.status === 'paused';
  if (isOpen || task.status === 'waiting') {
    const plan = await engine.planMigration(taskId);
    const isTold = options.quiet !== true && plan.verdict !== 'refused';
    if (isTold) context.stderr.write(`${migrationLines(plan, context.stderr).join('\n')}\n`);
    const tools = toolsAgain(plan);
    if (tools.length > 0 && options.yes !== true) throw unconfirmed(context, engine, { taskId, tools });
  }
  return watch.carryOut(task, async () => engine.resumeTask(taskId, { latest: true }));
}

function unconfirmed(
  context: CliContext,
  engine: Engine,
  { taskId, tools }: { readonly taskId: string; readonly tools: readonly string[] },
): EngineError {
  const names = tools.map((tool) => `"${tool}"`).join(', ');
  const words = [taskId, '--latest', '--yes', ...projectWords(context, engine.directory)];
  return new EngineError('TASK_MIGRATION_UNCONFIRMED', `Stages that run again may act a second time with ${names}.`, {
    hint: `If that is right: ${followUp(context, 'resume', words)}`,
    details: { tools },
  });
}
