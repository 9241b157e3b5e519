import type { ContextItemView, LeftOutView, StageContextView } from '../../engine/index.ts';
import type { Output } from '../context.ts';
import { countText } from './format-values.ts';
import { safeLine, safeText } from './safe-text.ts';
import { tableLines, type Cell } from './table.ts';

/** What a model was shown, as a table: one row for each text, one for each that is missing and why, and the totals. */
export function contextLines(context: StageContextView, output: Output): readonly string[] {
  const { colors } = output;
  const { stage, attempt, model, profile, cost_mode: mode, fingerprint, stores, policy } = context;
  const facts: readonly (readonly [string, string])[] = [
    ['stage', `${stage}, attempt ${attempt}`],
    ['model', model],
    ['profile', `${profile}, ${mode}`],
    ...(stores === undefined || policy === undefined
      ? []
      : [['looked in', `${stores.length === 0 ? 'no store' : stores.join(', ')}, by ${policy}`] as const]),
    ['tokens', `${numberText(context.tokens)} of ${numberText(context.budget)}`],
    ['texts at', `${Math.round(context.compression_ratio * 1_000) / 10} % of their length`],
    ['fingerprint', fingerprint.slice(0, 16)],
  ];
  const head = ['PLACE', 'RANK', 'TOKENS', 'WHAT', 'TEXT', 'SOURCE'].map((name): Cell => [name, colors.bold]);
  return [
    ...tableLines(
      facts.map(([name, text]): readonly Cell[] => [[name, colors.dim], [safeLine(text)]]),
      output,
    ),
    '',
    ...tableLines([head, ...itemRows(context, output), ...missingRows(context, output)], output),
    '',
    ...countedLines(context, output),
    totalText(context),
  ];
}

function itemRows({ items }: StageContextView, { colors }: Output): readonly (readonly Cell[])[] {
  return items.map((item): readonly Cell[] => [
    [item.place, item.place === 'middle' ? (text) => text : colors.cyan],
    [rankText(item)],
    [numberText(item.tokens)],
    shownCell(item, colors),
    [beginningOf(item.text)],
    [safeLine(nameOf(item))],
  ]);
}

function shownCell({ source, compressed }: ContextItemView, colors: Output['colors']): Cell {
  if (source === 'left_out') return ['says what is left out', colors.dim];
  if (compressed === undefined) return ['taken', colors.green];
  const { from, omitted } = compressed;
  return [`compressed from ${numberText(from)}, ${numberText(omitted.items)} parts cut`, colors.yellow];
}

const whyLeftOut = {
  budget: 'left out: no room',
  duplicate: 'left out: shown already',
} as const satisfies Record<LeftOutView['reason'], string>;

function missingRows({ left_out: leftOut }: StageContextView, { colors }: Output): readonly (readonly Cell[])[] {
  return leftOut.map((each): readonly Cell[] => [
    ['-', colors.dim],
    [rankText(each)],
    [numberText(each.tokens)],
    [whyLeftOut[each.reason], colors.red],
    [beginningOf(each.begins)],
    [safeLine(nameOf(each))],
  ]);
}

/** Why a policy did not bring more. */
const whyNotLooked = {
  recency: 'older than those above',
  importance: 'less important than those above',
  keyword: 'no word in common with what was asked, or ranked lower',
  semantic: 'not near what was asked, or ranked lower',
  hybrid: 'ranked lower',
} as const satisfies Record<NonNullable<StageContextView['policy']>, string>;

/** What is counted and not listed: there may be a hundred thousand of it. */
function countedLines({ rest, denied, policy }: StageContextView, { colors }: Output): readonly string[] {
  const line = ({ items, tokens }: Omitted, name: string, why: string): readonly string[] =>
    items === 0
      ? []
      : [`${colors.red(name)} ${countText(items, 'item')} (${countText(tokens, 'token')})${safeLine(why)}`];
  const by = denied === undefined || denied.by.length === 0 ? '' : `: ${denied.by.join(', ')}`;
  return [
    ...line(rest, 'not looked at:', policy === undefined ? '' : `: ${whyNotLooked[policy]}`),
    ...(denied === undefined ? [] : line(denied, 'denied by the profile:', by)),
  ];
}

type Omitted = StageContextView['rest'];

const longestBeginning = 48;

/** A text in a cell: enough to know which one it is. */
function beginningOf(text = ''): string {
  const line = safeLine(text.slice(0, longestBeginning * 4))
    .replaceAll(/\s+/gu, ' ')
    .trim();
  return line.length <= longestBeginning ? line : `${line.slice(0, longestBeginning).toWellFormed()}…`;
}

function rankText({ rank }: { readonly rank?: number }): string {
  return rank === undefined ? '' : String(rank);
}

function totalText({ items, left_out: leftOut, rest, tokens }: StageContextView): string {
  const texts = items.filter(({ source }) => source !== 'left_out');
  const short = texts.filter(({ compressed }) => compressed !== undefined).length;
  const missing = leftOut.reduce((sum, each) => sum + each.tokens, rest.tokens);
  return [
    `${texts.length - short} taken`,
    `${short} compressed`,
    `${numberText(leftOut.length + rest.items)} left out (${numberText(missing)} tokens)`,
    `${numberText(tokens)} tokens shown`,
  ].join(', ');
}

/** The texts, in the order in which they were shown. */
export function contextTexts({ items }: StageContextView, { colors }: Output): readonly string[] {
  return items.flatMap((item) => [
    '',
    colors.bold(`${item.place}, ${safeLine(nameOf(item))}`),
    ...safeText(item.text ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`.trimEnd()),
  ]);
}

function nameOf({ source, id }: { readonly source: string; readonly id?: string }): string {
  return id === undefined ? source : `${source} ${id}`;
}

function numberText(value: number): string {
  return value.toLocaleString('en-US');
}
