import { EngineError, type StageCallView, type TaskView } from '../../engine/index.ts';
import type { Output } from '../context.ts';
import { costText, timeText } from './format-values.ts';
import { outputText } from './output-text.ts';
import { fitWidth, safeLine, safeText } from './safe-text.ts';
import type { Cell } from './table.ts';

/** Those of one stage, or all. Throws HOST_USAGE when the task has no such stage. */
export function callsOfStage(
  { id, trace }: TaskView,
  calls: readonly StageCallView[],
  stage: string | undefined,
): readonly StageCallView[] {
  if (stage === undefined) return calls;
  if (trace.some(({ node }) => node === stage)) return calls.filter((call) => call.stage === stage);
  throw new EngineError('HOST_USAGE', `Task "${id}" has no stage "${stage}" so far.`, {
    hint: `It has ${trace.map(({ node }) => `"${node}"`).join(', ') || 'none'}.`,
  });
}

/** A line for every call of a model or a tool. */
export function callRows(calls: readonly StageCallView[], { colors }: Output): readonly (readonly Cell[])[] {
  const hasCosts = calls.some((call) => call.kind === 'model' && call.usage?.cost_usd !== undefined);
  const head = ['STAGE', 'ATTEMPT', 'ANSWERED', 'CALL', 'OF', 'TOKENS', ...(hasCosts ? ['COST'] : []), ''];
  return [
    head.map((name): Cell => [name, colors.bold]),
    ...calls.map((call) => [
      ...placeCells(call, colors),
      ...(hasCosts ? [costCell(call)] : []),
      remarkCell(call, colors),
    ]),
  ];
}

function placeCells(call: StageCallView, colors: Output['colors']): readonly Cell[] {
  const { stage, attempt, at } = call;
  const usage = call.kind === 'model' ? call.usage : undefined;
  return [
    [stage],
    [String(attempt)],
    [timeText(at), colors.dim],
    [call.kind === 'model' ? `model ${call.call}` : 'tool'],
    [safeLine(nameOf(call))],
    [usage === undefined ? '' : `${usage.prompt_tokens} in, ${usage.completion_tokens} out`],
  ];
}

function costCell(call: StageCallView): Cell {
  const cost = call.kind === 'model' ? call.usage?.cost_usd : undefined;
  return [cost === undefined ? '' : costText(cost)];
}

function remarkCell(call: StageCallView, colors: Output['colors']): Cell {
  if (call.failure === undefined) return [remarkOf(call), colors.cyan];
  const { code, message } = call.failure;
  return [call.kind === 'tool' ? fitWidth(safeLine(`${code}: ${message}`), mostOfReason) : code, colors.red];
}

/** The whole of it is in `--calls --full`. */
const mostOfReason = 160;

function nameOf(call: StageCallView): string {
  return call.kind === 'model' ? call.model : (call.tool ?? `step ${call.step}`);
}

/** What is out of the ordinary about an answer, and what plugins did to it. */
function remarkOf(call: StageCallView): string {
  const changed = (call.plugins ?? []).map(({ plugin, point }) =>
    safeLine(`${changedParts[point] ?? point} by ${plugin}`),
  );
  return [ownRemark(call), ...changed].filter((part) => part !== '').join('; ');
}

const changedParts: Readonly<Record<string, string>> = {
  before_llm: 'prompt',
  after_llm: 'answer',
  before_tool: 'arguments',
  after_tool: 'result',
};

function ownRemark(call: StageCallView): string {
  if (call.kind === 'tool') return '';
  const { tools = [], finish_reason: reason } = call;
  if (tools.length > 0) return `→ ${safeLine(tools.join(', '))}`;
  return reason === undefined || reason === 'stop' ? '' : safeLine(reason);
}

/** What was said and given, call by call. */
export function callTexts(calls: readonly StageCallView[], { colors }: Output): readonly string[] {
  return calls.flatMap((call) => {
    const kind = call.kind === 'model' ? `model ${call.call}` : 'tool';
    const head = colors.bold(`${call.stage}, ${kind}, ${safeLine(nameOf(call))}`);
    const text = safeText(textOf(call)).trimEnd();
    return ['', head, ...text.split('\n').map((line) => `  ${line}`.trimEnd())];
  });
}

function textOf(call: StageCallView): string {
  if (call.failure !== undefined) return `${call.failure.code} ${call.failure.message}`;
  if (call.kind === 'tool') return outputText(call.output);
  const asked = (call.tool_calls ?? []).map((one) => `→ ${one.tool} ${JSON.stringify(one.arguments)}`);
  return [...(call.text === undefined || call.text === '' ? [] : [call.text]), ...asked].join('\n');
}
