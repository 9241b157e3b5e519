import type { StageCallView, StageRecord } from '../engine/index.ts';
import type { Output } from './context.ts';
import { costText, durationText } from './format-values.ts';
import { safeLine } from './safe-text.ts';
import { statusPaint } from './status-paint.ts';
import type { Cell } from './table.ts';

/** A line for every stage; columns that all of them would leave empty are left out. */
export function stageRows(
  trace: readonly StageRecord[],
  calls: readonly StageCallView[],
  { colors }: Output,
): readonly (readonly Cell[])[] {
  const hasCalls = calls.length > 0;
  const hasCosts = trace.some(({ usage }) => usage?.cost_usd !== undefined);
  const names = ['STAGE', 'TYPE', 'STATUS', 'ATTEMPTS', 'TIME'];
  const head = [...names, ...(hasCalls ? ['CALLS', 'TOOLS'] : []), 'TOKENS', ...(hasCosts ? ['COST'] : []), ''];
  const rows = trace.map((record): readonly Cell[] => {
    const { usage } = record;
    return [
      ...placeCells(record, colors),
      ...(hasCalls ? [countCell(record, calls, 'model'), countCell(record, calls, 'tool')] : []),
      [usage === undefined ? '' : String(usage.prompt_tokens + usage.completion_tokens)],
      ...(hasCosts ? [[usage?.cost_usd === undefined ? '' : costText(usage.cost_usd)] as const] : []),
      remarkCell(record, colors),
    ];
  });
  return [head.map((name): Cell => [name, colors.bold]), ...rows];
}

function placeCells(record: StageRecord, colors: Output['colors']): readonly Cell[] {
  const { node, node_type: type, status, attempt } = record;
  const time = record.ended_at === undefined || attempt === 0 ? '' : durationText(record.ended_at - record.started_at);
  return [
    [node],
    [type, colors.dim],
    [status, statusPaint(status, colors)],
    [attempt === 0 ? '' : String(attempt)],
    [time],
  ];
}

function countCell({ node }: StageRecord, calls: readonly StageCallView[], kind: StageCallView['kind']): Cell {
  const count = calls.filter((call) => call.stage === node && call.kind === kind).length;
  return [count === 0 ? '' : String(count)];
}

function remarkCell({ choice, failure, on_failure: onFailure }: StageRecord, colors: Output['colors']): Cell {
  const past = onFailure === undefined ? '' : ` (on_failure: ${onFailure})`;
  const remark = choice === undefined ? `${failure?.code ?? ''}${past}` : `→ ${safeLine(choice)}`;
  return [remark, failure === undefined ? colors.cyan : colors.red];
}
