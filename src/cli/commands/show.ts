import {
  EngineError,
  rootOf,
  storedTask,
  type JournalLine,
  type StoredTaskView,
  type TaskView,
} from '../../engine/index.ts';
import { callRows, callsOfStage, callTexts } from '../text/call-text.ts';
import { followUp, projectWords, type CliContext, type Output } from '../context.ts';
import { decisionLines } from '../text/decision-text.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProjectOfTask } from '../find-project.ts';
import { costText, timeText } from '../text/format-values.ts';
import { outputText, writeJson } from '../text/output-text.ts';
import { overrideRows } from '../text/override-rows.ts';
import { answerCommands, questionLines } from '../text/question-text.ts';
import { fitWidth, safeLine, safeText } from '../text/safe-text.ts';
import { stageRows } from '../text/stage-rows.ts';
import { statusPaint, statusWord } from '../text/status-paint.ts';
import { tableLines, type Cell } from '../text/table.ts';
import { questionsJson, taskJson } from '../text/task-json.ts';
import { withTaskHints } from '../text/task-hints.ts';
import { failureLines } from '../text/task-summary.ts';

export interface ShowCommandOptions {
  readonly project?: string;
  /** After which entry of its journal. */
  readonly at?: number;
  readonly journal?: boolean;
  /** Those of one stage, or of all. */
  readonly calls?: string | true;
  /** Why it went where it went. */
  readonly routing?: boolean;
  /** With what was said. */
  readonly full?: boolean;
  readonly json?: boolean;
}

const longestRequest = 200;

/** Shows a task: where it stands, what its stages did, why it failed, and its output. */
export async function show(context: CliContext, taskId: string, options: ShowCommandOptions): Promise<number> {
  const directory = await findProjectOfTask(context, taskId, options.project);
  const { stdout } = context;
  const { at, journal, full } = options;
  checkCallOptions(options);
  const found = await withTaskHints(context, { directory, taskId }, () =>
    storedTask(directory, taskId, {
      ...(at !== undefined && { at }),
      ...(journal !== undefined && { journal }),
      ...(full !== undefined && { full }),
    }),
  );
  const { task, children, questions } = found;
  const stage = options.calls === true ? undefined : options.calls;
  const calls = options.calls === undefined ? undefined : callsOfStage(task, found.calls, stage);
  if (options.json === true) {
    const around = {
      children,
      questions: questionsJson(questions),
      repairs: found.repairs,
      plugins: found.plugins,
      ...(found.journal !== undefined && { journal: found.journal }),
      ...(calls !== undefined && { calls }),
    };
    writeJson(stdout, { ...taskJson(task), ...around });
  } else if (options.routing === true) {
    const lines = task.routing.flatMap((decision) => decisionLines(decision, stdout));
    stdout.write(lines.length === 0 ? 'Nothing was decided.\n' : `${lines.join('\n')}\n`);
  } else if (calls !== undefined) {
    const lines = [...tableLines(callRows(calls, stdout), stdout), ...(full === true ? callTexts(calls, stdout) : [])];
    stdout.write(calls.length === 0 ? 'No calls are kept.\n' : `${lines.join('\n')}\n`);
  } else {
    const goOn = at === undefined ? goOnRows(context, directory, found) : [];
    writeTask(stdout, found, { at, more: [...overrideRows(task), ...gateRows(task), ...goOn] });
  }
  return exitCodes.success;
}

function checkCallOptions({ at, journal, calls, full }: ShowCommandOptions): void {
  if (full === true && calls === undefined) {
    throw new EngineError('HOST_USAGE', 'The option --full says what --calls prints, and there is no --calls.', {
      hint: 'Add --calls.',
    });
  }
  if (calls === undefined || (at === undefined && journal !== true)) return;
  throw new EngineError('HOST_USAGE', 'The calls of a task are shown by themselves, and as they are now.', {
    hint: 'Leave out --at and --journal.',
  });
}

interface Extras {
  /** Entry of the journal after which it is shown. */
  readonly at: number | undefined;
  readonly more: readonly (readonly [string, string])[];
}

function writeTask(stdout: Output, found: StoredTaskView, { at, more }: Extras): void {
  const { task, questions, journal } = found;
  const lines = [
    ...tableLines(
      [...factsOf(found, stdout, at), ...more.map(([name, text]): Cell[] => [[name, stdout.colors.dim], [text]])],
      stdout,
    ),
    '',
    ...tableLines(stageRows({ ...found, trace: task.trace, routing: task.routing }, stdout), stdout),
    ...(journal === undefined ? [] : ['', ...tableLines(journalRows(journal, stdout), stdout)]),
    ...(questions.length === 0 ? [] : ['', ...questionLines(questions, stdout)]),
    ...(task.failures.length === 0 ? [] : ['', ...failureLines(task.failures, stdout)]),
    ...(task.output === null ? [] : ['', stdout.colors.bold('OUTPUT'), safeText(outputText(task.output)).trimEnd()]),
  ];
  stdout.write(`${lines.join('\n')}\n`);
}

function factsOf(
  { task, workflow, children }: StoredTaskView,
  { colors }: Output,
  at: number | undefined,
): readonly (readonly Cell[])[] {
  const below = Object.entries(children).map(([status, count]) => `${count} ${status}`);
  const { total_tokens: tokens, prompt_tokens: given, completion_tokens: answered, cost_usd: costUsd } = task.usage;
  const facts: (readonly [string, Cell])[] = [
    ['task', [task.id]],
    ['status', [statusWord(task), statusPaint(statusWord(task), colors)]],
    ...(at === undefined ? [] : [['as it stood', [`after entry ${at}`]] as const]),
    ...(task.forked_from === undefined ? [] : [['forked from', [originText(task.forked_from)]] as const]),
    ['workflow', [`${workflow}, pipeline ${task.pipeline}`]],
    ...pipelineReason(task).map((reason) => ['routing', [reason]] as const),
    ['mode', [safeLine(task.mode)]],
    ...(task.tags.length === 0 ? [] : [['tags', [safeLine(task.tags.join(', '))]] as const]),
    ...(below.length === 0 ? [] : [['child tasks', [below.join(', ')]] as const]),
    ['created', [timeText(task.created_at)]],
    ...(tokens === 0 ? [] : [['tokens', [`${tokens} (${given} in, ${answered} out)`]] as const]),
    ...(costUsd === undefined ? [] : [['cost', [costText(costUsd)]] as const]),
    ['request', [fitWidth(safeLine(requestText(task.input)), longestRequest)]],
  ];
  return facts.map(([name, cell]) => [[name, colors.dim], cell]);
}

/** Why it has its pipeline, where others could have been chosen. */
function pipelineReason({ routing }: TaskView): readonly string[] {
  return routing.flatMap(({ kind, candidates, reason, rule }) =>
    kind === 'pipeline' && candidates.length > 1 ? [`${safeLine(reason)} (${rule})`] : [],
  );
}

function originText({ task, seq }: { readonly task: string; readonly seq: number }): string {
  return `${task}, after entry ${seq}`;
}

function journalRows(lines: readonly JournalLine[], { colors }: Output): readonly (readonly Cell[])[] {
  const head = ['ENTRY', 'TIME', 'WHAT HAPPENED', 'STARTS'].map((name): Cell => [name, colors.bold]);
  const rows = lines.map(({ seq, at, what, starts }): readonly Cell[] => [
    [String(seq)],
    [timeText(at), colors.dim],
    [safeLine(what)],
    [starts.join(', '), colors.cyan],
  ]);
  return [head, ...rows];
}

/** What is next, and what holds it up. */
function gateRows({ held, breakpoints, stopped_at: stoppedAt }: TaskView): readonly (readonly [string, string])[] {
  return [
    ...(held.length === 0 ? [] : [['held', held.join(', ')] as const]),
    ...(breakpoints.length === 0 ? [] : [['breakpoints', breakpoints.join(', ')] as const]),
    ...(stoppedAt === undefined ? [] : [['stopped at', stoppedAt] as const]),
  ];
}

/** How a task goes on that nobody is at work on, or that waits for an answer. */
function goOnRows(
  context: CliContext,
  directory: string,
  { task, questions }: StoredTaskView,
): readonly (readonly [string, string])[] {
  const rests = statusWord(task) === 'interrupted' || (task.status === 'paused' && !task.at_work);
  const resume = followUp(context, 'resume', [rootOf(task.id), ...projectWords(context, directory)]);
  return [
    ...(rests ? [['go on with', resume] as const] : []),
    ...answerCommands(context, directory, questions)
      .slice(0, 1) // of many questions each is told below
      .map((command) => ['answer with', command] as const),
  ];
}

function requestText(input: unknown): string {
  return typeof input === 'string'
    ? input.slice(0, longestRequest * 4)
    : (JSON.stringify(input) ?? '').slice(0, longestRequest * 4);
}
