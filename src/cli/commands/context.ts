import {
  EngineError,
  nearestName,
  storedContexts,
  storedTask,
  type StageContextView,
  type TaskView,
} from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { contextLines, contextTexts } from '../text/context-text.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProjectOfTask } from '../find-project.ts';
import { writeJson } from '../text/output-text.ts';
import { withTaskHints } from '../text/task-hints.ts';

export interface ContextCommandOptions {
  readonly project?: string;
  /** Which of the attempts of the stage. Default: the last that has one. */
  readonly attempt?: number;
  /** With the texts as a whole: the table has their beginnings. */
  readonly text?: boolean;
  readonly json?: boolean;
}

/** What the models of a stage were shown of the memory, and what not and why. */
export async function showContext(
  context: CliContext,
  { taskId, stage }: { readonly taskId: string; readonly stage: string },
  options: ContextCommandOptions,
): Promise<number> {
  const directory = await findProjectOfTask(context, taskId, options.project);
  const all = await withTaskHints(context, { directory, taskId }, () =>
    storedContexts(directory, taskId, { full: options.text === true || options.json !== true }),
  );
  const ofStage = all.filter((each) => each.stage === stage);
  const attempt = options.attempt ?? ofStage.at(-1)?.attempt;
  const shown = ofStage.filter((each) => each.attempt === attempt);
  if (shown.length === 0) {
    const { trace } = (await storedTask(directory, taskId)).task;
    throw nothingKept({ taskId, stage, attempt: options.attempt, trace }, all);
  }
  const { stdout } = context;
  if (options.json === true) {
    writeJson(stdout, { taskId, stage, contexts: shown });
    return exitCodes.success;
  }
  const texts = options.text === true ? contextTexts : () => [];
  const blocks = shown.map((each) => contextLines(each, stdout).concat(texts(each, stdout)).join('\n'));
  stdout.write(`${blocks.join('\n\n')}\n`);
  return exitCodes.success;
}

interface Wanted {
  readonly taskId: string;
  readonly stage: string;
  readonly attempt: number | undefined;
  readonly trace: TaskView['trace'];
}

function nothingKept({ taskId, stage, attempt, trace }: Wanted, all: readonly StageContextView[]): EngineError {
  const ran = trace.map(({ node }) => node);
  if (!ran.includes(stage) && all.every((each) => each.stage !== stage)) {
    const nearest = nearestName(stage, ran);
    const names = `It has ${ran.map((id) => `"${id}"`).join(', ') || 'none'}.`;
    return new EngineError('HOST_USAGE', `Task "${taskId}" has no stage "${stage}" so far.`, {
      hint: nearest === undefined ? names : `Did you mean "${nearest}"? ${names}`,
    });
  }
  const has = all.map((each) => `"${each.stage}" (attempt ${each.attempt})`);
  const of = attempt === undefined ? '' : ` in attempt ${attempt}`;
  return new EngineError('HOST_USAGE', `Task "${taskId}" keeps no context of a stage "${stage}"${of}.`, {
    hint:
      has.length === 0
        ? 'Only agents are shown memory, and those alone that have a "context_profile".'
        : `It keeps those of ${[...new Set(has)].join(', ')}.`,
  });
}
