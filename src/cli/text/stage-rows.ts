import {
  stageDurationMs,
  type PluginAct,
  type RoutingDecision,
  type StageCallView,
  type StageRecord,
  type StageRepairs,
} from '../../engine/index.ts';
import type { Output } from '../context.ts';
import { costText, durationText } from './format-values.ts';
import { safeLine } from './safe-text.ts';
import { statusPaint } from './status-paint.ts';
import type { Cell } from './table.ts';

/** What is known of stages besides their entries in the trace. */
export interface StageFacts {
  readonly trace: readonly StageRecord[];
  readonly calls: readonly StageCallView[];
  readonly repairs: Readonly<Record<string, StageRepairs>>;
  readonly routing: readonly RoutingDecision[];
  readonly plugins: readonly PluginAct[];
}

/** A line for every stage; columns that all of them would leave empty are left out. */
export function stageRows(facts: StageFacts, { colors }: Output): readonly (readonly Cell[])[] {
  const { trace, calls, repairs } = facts;
  const shown: Columns = {
    calls: calls.length > 0,
    costs: trace.some(({ usage }) => usage?.cost_usd !== undefined),
    repairs: Object.keys(repairs).length > 0,
  };
  const names = ['STAGE', 'TYPE', 'STATUS', 'ATTEMPTS', 'TIME'];
  const more = [...(shown.calls ? ['CALLS', 'TOOLS'] : []), 'TOKENS', ...(shown.costs ? ['COST'] : [])];
  const head = [...names, ...more, ...(shown.repairs ? ['JSON'] : []), ''];
  const rows = trace.map((record) => rowOf(record, facts, { shown, colors }));
  return [head.map((name): Cell => [name, colors.bold]), ...rows];
}

/** Columns that are not always there. */
interface Columns {
  readonly calls: boolean;
  readonly costs: boolean;
  readonly repairs: boolean;
}

interface RowStyle {
  readonly shown: Columns;
  readonly colors: Output['colors'];
}

function rowOf(record: StageRecord, facts: StageFacts, { shown, colors }: RowStyle): readonly Cell[] {
  const { usage, node } = record;
  return [
    ...placeCells(record, colors),
    ...(shown.calls ? [countCell(record, facts.calls, 'model'), countCell(record, facts.calls, 'tool')] : []),
    [usage === undefined ? '' : String(usage.prompt_tokens + usage.completion_tokens)],
    ...(shown.costs ? [[usage?.cost_usd === undefined ? '' : costText(usage.cost_usd)] as const] : []),
    ...(shown.repairs ? [[repairText(facts.repairs[node]), colors.yellow] as const] : []),
    remarkCell(record, facts, colors),
  ];
}

function placeCells(record: StageRecord, colors: Output['colors']): readonly Cell[] {
  const { node, node_type: type, status, attempt } = record;
  const time = record.ended_at === undefined || attempt === 0 ? '' : durationText(stageDurationMs(record));
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

function repairText(repairs: StageRepairs | undefined): string {
  const { mended = 0, refused = 0 } = repairs ?? {};
  return [mended > 0 ? `${mended} mended` : '', refused > 0 ? `${refused} refused` : ''].filter(Boolean).join(', ');
}

/** What a decision chose, or why a stage failed and where that went. */
function remarkCell(record: StageRecord, facts: StageFacts, colors: Output['colors']): Cell {
  const [text, paint] = ownRemark(record, facts, colors);
  const said = new Set(
    facts.plugins
      .filter(({ stage }) => stage === record.node)
      .map(({ plugin, point, change }) => `${change === 'veto' ? 'vetoed' : 'changed'} by ${plugin} (${point})`),
  );
  const { idle_ms: idleMs } = record;
  const idle = idleMs === undefined ? '' : `interrupted for ${durationText(idleMs)}`;
  const remark = [text, idle, ...[...said].map((one) => safeLine(one))].filter((part) => part !== '').join('; ');
  return paint === undefined ? [remark] : [remark, paint];
}

function ownRemark(record: StageRecord, { routing }: StageFacts, colors: Output['colors']): Cell {
  const { node, choice, failure, on_failure: onFailure } = record;
  const paint = failure === undefined ? colors.cyan : colors.red;
  if (choice !== undefined) return [`→ ${safeLine(choice)}`, paint];
  if (failure === undefined) return [''];
  if (onFailure !== undefined) return [`${failure.code} (on_failure: ${onFailure})`, paint];
  const targets = routing.flatMap(({ at, kind, chosen }) =>
    kind === 'fallback' && at === node ? targetOf(chosen) : [],
  );
  return [targets.length === 0 ? failure.code : `${failure.code} → ${targets.join(', ')}`, paint];
}

/** Where an edge leads, by its id: `from->to`, with marks behind it. */
function targetOf(edge: string): readonly string[] {
  const target = /->(?<to>[^![?]+)/u.exec(edge)?.groups?.['to'];
  return target === undefined ? [] : [safeLine(target)];
}
