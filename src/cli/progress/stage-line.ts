import type { CompiledPipeline } from '../../engine/index.ts';
import type { Output } from '../context.ts';
import { costText, countText, durationText } from '../text/format-values.ts';
import { fitWidth, safeLine } from '../text/safe-text.ts';
import { lineOf, type Piece } from './line.ts';
import { stageDepths } from './stage-depths.ts';
import type { ActiveStage, Spent, StageChange } from './stage-tracker.ts';
import type { Symbols } from './symbols.ts';

/** Where the columns of the stage lines are. */
export interface StageLayout {
  readonly depths: ReadonlyMap<string, number>;
  readonly nameWidth: number;
}

export function layoutFor(graph: CompiledPipeline['graph'] | undefined): StageLayout {
  if (graph === undefined) return { depths: new Map(), nameWidth: 20 };
  const depths = stageDepths(graph);
  const nameWidth = Math.max(0, ...[...depths].map(([node, depth]) => node.length + depth * 2));
  return { depths, nameWidth };
}

const typeWidth = 10;
const timeWidth = 7;
/** What stands beside the name on a line that shows all. */
const besideName = 40;
const shortestName = 16;
/** Mark, space and time, and the last column: so much a name leaves on the narrowest of terminals. */
const besideShortName = 10;

export interface LineStyle {
  readonly layout: StageLayout;
  readonly output: Output;
  readonly symbols: Symbols;
}

type Mark = readonly [symbol: string, paint: (text: string) => string];

/** The line that stays of a stage that ended; undefined for changes that leave none. */
export function endedLine(change: StageChange, style: LineStyle): string | undefined {
  const { colors } = style.output;
  const { symbols } = style;
  switch (change.kind) {
    case 'started':
    case 'skipped':
      return undefined;
    case 'finished': {
      const choice: Piece[] = change.choice === undefined ? [] : [[`  → ${safeLine(change.choice)}`, colors.cyan]];
      const time = durationText(change.durationMs);
      return stageLine(style, change, {
        mark: [symbols.done, colors.green],
        time,
        rest: [...spentPieces(change.spent, style), ...choice],
      });
    }
    case 'failed': {
      const time = durationText(change.durationMs);
      return stageLine(style, change, {
        mark: [symbols.failed, colors.red],
        time,
        rest: failurePieces(change.failure, style),
      });
    }
    case 'retrying': {
      const rest: Piece[] = [
        [`  again in ${durationText(change.delayMs)}`, colors.yellow],
        ...failurePieces(change.failure, style),
      ];
      return stageLine(style, change, { mark: [symbols.waiting, colors.yellow], time: '', rest });
    }
    case 'cancelled':
      return stageLine(style, change, {
        mark: [symbols.skipped, colors.yellow],
        time: '',
        rest: [['  cancelled', colors.yellow]],
      });
  }
}

/** The line of a stage at work. */
export function activeLine(
  stage: ActiveStage,
  style: LineStyle,
  at: { readonly now: number; readonly frame: string },
): string {
  const { colors } = style.output;
  const time = durationText(Math.max(0, at.now - stage.startedAt));
  const attempt: Piece[] = stage.attempt > 1 ? [[`  attempt ${stage.attempt}`, colors.yellow]] : [];
  const mark: Mark = stage.isWaiting ? [style.symbols.waiting, colors.yellow] : [at.frame, colors.cyan];
  return stageLine(style, stage, { mark, time, rest: [...spentPieces(stage.spent, style), ...attempt] });
}

export function skippedLine(nodes: readonly string[], { output, symbols }: LineStyle): string {
  const { dim } = output.colors;
  return lineOf([[`${symbols.skipped} skipped: ${nodes.join(', ')}`, dim]], output.columns());
}

interface LineParts {
  readonly mark: Mark;
  readonly time: string;
  readonly rest: readonly Piece[];
}

function stageLine(
  style: LineStyle,
  stage: { node: string; nodeType: string },
  { mark, time, rest }: LineParts,
): string {
  const { layout, output } = style;
  const columns = output.columns();
  const [symbol, paint] = mark;
  const indent = '  '.repeat(layout.depths.get(stage.node) ?? 0);
  const least = Math.max(1, Math.min(shortestName, columns - besideShortName));
  const nameWidth = Math.min(layout.nameWidth, Math.max(least, columns - besideName));
  const type = columns < nameWidth + besideName ? '' : ` ${stage.nodeType.padEnd(typeWidth)}`;
  return lineOf(
    [
      [indent],
      [symbol, paint],
      [` ${fitWidth(stage.node, nameWidth - indent.length)}`.padEnd(nameWidth + 1 - indent.length)],
      [type, output.colors.dim],
      [time.padStart(timeWidth), output.colors.dim],
      ...rest,
    ],
    columns,
  );
}

function spentPieces({ tokens, costUsd }: Spent, { output }: LineStyle): readonly Piece[] {
  const { dim } = output.colors;
  return [
    ...(tokens > 0 ? [[`  ${countText(tokens, 'token')}`, dim] as const] : []),
    ...(costUsd > 0 ? [[`  ${costText(costUsd)}`, dim] as const] : []),
  ];
}

function failurePieces({ code, message }: { code: string; message: string }, { output }: LineStyle): readonly Piece[] {
  return [
    [`  ${code}`, output.colors.red],
    [` ${safeLine(message)}`, output.colors.dim],
  ];
}
