import type { ContextItemView, StageContextView } from '../engine/index.ts';
import type { Output } from './context.ts';
import { safeLine, safeText } from './safe-text.ts';
import { tableLines, type Cell } from './table.ts';

/** What a model was shown, as a table: one row for each text, one for each that is missing, and the totals. */
export function contextLines(context: StageContextView, output: Output): readonly string[] {
  const { colors } = output;
  const { stage, attempt, model, profile, cost_mode: mode, fingerprint } = context;
  const facts: readonly (readonly [string, string])[] = [
    ['stage', `${stage}, attempt ${attempt}`],
    ['model', model],
    ['profile', `${profile}, ${mode}`],
    ['tokens', `${numberText(context.tokens)} of ${numberText(context.budget)}`],
    ['texts at', `${Math.round(context.compression_ratio * 1_000) / 10} % of their length`],
    ['fingerprint', fingerprint.slice(0, 16)],
  ];
  const head = ['PLACE', 'SOURCE', 'TOKENS', 'RANK', 'WHAT'].map((name): Cell => [name, colors.bold]);
  return [
    ...tableLines(
      facts.map(([name, text]): readonly Cell[] => [[name, colors.dim], [safeLine(text)]]),
      output,
    ),
    '',
    ...tableLines([head, ...itemRows(context, output), ...missingRows(context, output)], output),
    '',
    totalText(context),
  ];
}

function itemRows({ items }: StageContextView, { colors }: Output): readonly (readonly Cell[])[] {
  return items.map((item): readonly Cell[] => [
    [item.place, item.place === 'middle' ? (text) => text : colors.cyan],
    [safeLine(nameOf(item))],
    [numberText(item.tokens)],
    [item.rank === undefined ? '' : String(item.rank)],
    shownCell(item, colors),
  ]);
}

function shownCell({ source, compressed }: ContextItemView, colors: Output['colors']): Cell {
  if (source === 'left_out') return ['says what is left out', colors.dim];
  if (compressed === undefined) return ['taken', colors.green];
  const { from, omitted } = compressed;
  return [
    `compressed from ${numberText(from)}: ${omitted.items} parts, ${numberText(omitted.tokens)} tokens cut`,
    colors.yellow,
  ];
}

function missingRows({ left_out: leftOut, rest }: StageContextView, { colors }: Output): readonly (readonly Cell[])[] {
  const rows = leftOut.map((each): readonly Cell[] => [
    ['-', colors.dim],
    [safeLine(nameOf(each))],
    [numberText(each.tokens)],
    [each.rank === undefined ? '' : String(each.rank)],
    [`left out: ${each.reason}`, colors.red],
  ]);
  const others: readonly Cell[] = [
    ['-', colors.dim],
    [`${numberText(rest.items)} more in the stores`],
    [numberText(rest.tokens)],
    [''],
    ['left out: not looked at', colors.red],
  ];
  return rest.items === 0 ? rows : [...rows, others];
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
