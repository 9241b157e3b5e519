import { storedTask, type StageRecord, type StoredTaskView } from '../../engine/index.ts';
import type { CliContext, Output } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { findProjectOfTask } from '../find-project.ts';
import { costText, durationText, timeText } from '../format-values.ts';
import { outputText, writeJson } from '../output-text.ts';
import { questionLines } from '../question-text.ts';
import { fitWidth, safeLine, safeText } from '../safe-text.ts';
import { statusPaint } from '../status-paint.ts';
import { tableLines, type Cell } from '../table.ts';
import { questionsJson, taskJson } from '../task-json.ts';
import { failureLines } from '../task-summary.ts';

export interface ShowOptions {
  readonly project?: string;
  readonly json?: boolean;
}

const longestRequest = 200;

/** Shows a task: where it stands, what its stages did, why it failed, and its output. */
export async function show(context: CliContext, taskId: string, options: ShowOptions): Promise<number> {
  const directory = await findProjectOfTask(context, taskId, options.project);
  const { stdout } = context;
  const found = await storedTask(directory, taskId);
  const { task, children, questions } = found;
  if (options.json === true) writeJson(stdout, { ...taskJson(task), children, questions: questionsJson(questions) });
  else writeTask(stdout, found);
  return exitCodes.success;
}

function writeTask(stdout: Output, found: StoredTaskView): void {
  const { task, questions } = found;
  const lines = [
    ...tableLines(factsOf(found, stdout), stdout),
    '',
    ...tableLines(stageRows(task.trace, stdout), stdout),
    ...(questions.length === 0 ? [] : ['', ...questionLines(questions, stdout)]),
    ...(task.failures.length === 0 ? [] : ['', ...failureLines(task.failures, stdout)]),
    ...(task.output === null ? [] : ['', stdout.colors.bold('OUTPUT'), safeText(outputText(task.output)).trimEnd()]),
  ];
  stdout.write(`${lines.join('\n')}\n`);
}

function factsOf({ task, workflow, children }: StoredTaskView, { colors }: Output): readonly (readonly Cell[])[] {
  const below = Object.entries(children).map(([status, count]) => `${count} ${status}`);
  const { total_tokens: tokens, prompt_tokens: given, completion_tokens: answered, cost_usd: costUsd } = task.usage;
  const facts: (readonly [string, Cell])[] = [
    ['task', [task.id]],
    ['status', [task.status, statusPaint(task.status, colors)]],
    ['workflow', [`${workflow}, pipeline ${task.pipeline}`]],
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

function requestText(input: unknown): string {
  return typeof input === 'string'
    ? input.slice(0, longestRequest * 4)
    : (JSON.stringify(input) ?? '').slice(0, longestRequest * 4);
}

function stageRows(trace: readonly StageRecord[], { colors }: Output): readonly (readonly Cell[])[] {
  const head = ['STAGE', 'TYPE', 'STATUS', 'ATTEMPTS', 'TIME', 'TOKENS', ''];
  return [head.map((name): Cell => [name, colors.bold]), ...trace.map((record) => stageRow(record, colors))];
}

function stageRow(record: StageRecord, colors: Output['colors']): readonly Cell[] {
  const { node, node_type: type, status, attempt, choice, failure, usage } = record;
  const time = record.ended_at === undefined || attempt === 0 ? '' : durationText(record.ended_at - record.started_at);
  const tokens = usage === undefined ? '' : String(usage.prompt_tokens + usage.completion_tokens);
  const remark = choice === undefined ? (failure?.code ?? '') : `→ ${safeLine(choice)}`;
  return [
    [node],
    [type, colors.dim],
    [status, statusPaint(status, colors)],
    [attempt === 0 ? '' : String(attempt)],
    [time],
    [tokens],
    [remark, failure === undefined ? colors.cyan : colors.red],
  ];
}
