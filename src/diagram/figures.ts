import { exitPills, type ExitPill } from './exit-pills.ts';
import { rounded, type Size } from './geometry.ts';
import type { DrawingModel, DrawingNode } from './model.ts';
import { fitLines, textWidth } from './text-width.ts';

/** A node as it is drawn, before it has a place. */
export interface Figure extends Size {
  readonly title: readonly string[];
  readonly detail?: string;
  readonly note?: string;
  /** Where failures go whose edges are not drawn, below the node. */
  readonly pills: readonly Pill[];
  /** From how many places such failures come here, above the node. */
  readonly enteredFrom?: Pill;
}

export interface Pill extends Size {
  readonly text: string;
  readonly kind: 'error' | 'fallback';
  readonly target?: string;
  readonly edges: readonly string[];
}

export const titleSize = 13;
export const detailSize = 11;
export const labelSize = 11.5;
export const pillHeight = 17;
export const pillGap = 3;
const pillText = 10.5;

/** Sizes of all nodes by id, from their texts alone. */
export function figuresOf(model: DrawingModel): ReadonlyMap<string, Figure> {
  const pills = exitPills(model);
  return new Map(
    model.nodes.map((node) => {
      const leaving = (pills.bySource.get(node.id) ?? []).map(pillOf);
      const count = pills.byTarget.get(node.id);
      const entered = count === undefined ? {} : { enteredFrom: enteredPill(count) };
      const figure = figureOf(node);
      // As wide as its pills, since a line may leave from anywhere below it.
      const width = Math.max(figure.width, ...leaving.map((pill) => pill.width));
      return [node.id, { ...figure, width, pills: leaving, ...entered }];
    }),
  );
}

function pillOf({ text, kind, target, edges }: ExitPill): Pill {
  const [line = ''] = fitLines(text, { size: pillText, width: 190, lines: 1, weight: 'regular' });
  return { text: line, kind, target, edges, ...pillSize(line) };
}

function enteredPill({ places, edges, kind }: { places: number; edges: readonly string[]; kind: Pill['kind'] }): Pill {
  const text = `${kind === 'error' ? '✕' : '↪'} from ${places} places`;
  return { text, kind, edges, ...pillSize(text) };
}

function pillSize(text: string): Size {
  return { width: rounded(textWidth(text, pillText, 'regular') + 16), height: pillHeight };
}

function figureOf(node: DrawingNode): Omit<Figure, 'pills'> {
  if (node.isOpen === true) return frameFigure(node);
  if (node.type === 'decision') return rhombusFigure(node);
  const title = fitLines(titleOf(node), { size: titleSize, width: 190, lines: 2 });
  const detail = detailOf(node);
  const note = noteOf(node);
  const text = Math.max(widest(title), ...[detail, note].map((line) => textWidth(line ?? '', detailSize, 'regular')));
  const isEnd = node.type === 'end' || node.type === 'final';
  const height = (isEnd ? 13 : 20) + Math.max(1, title.length) * 17; // a name may be of nothing that is seen
  const extra = extraOf(node);
  return {
    title,
    ...(detail !== undefined && { detail }),
    ...(note !== undefined && { note }),
    width: rounded(Math.max(isEnd ? 76 : 120, text + (isEnd ? 40 : 62) + extra.width)),
    height: rounded(height + (detail === undefined ? 0 : 15) + (note === undefined ? 0 : 15) + extra.height),
  };
}

/** Ends say how they end by their shape, and a closed node says what is in it. */
function detailOf({ type, detail, closed }: DrawingNode): string | undefined {
  if (type === 'end' || type === 'final') return undefined;
  const parts = [detail, closed === undefined ? undefined : `▸ ${closed} ${closed === 1 ? 'node' : 'nodes'}`];
  const known = parts.filter((part) => part !== undefined);
  if (known.length === 0) return undefined;
  return fitLines(known.join(' · '), { size: detailSize, width: 230, lines: 1, weight: 'regular' })[0];
}

/** Ends and decisions take no time that is worth room. */
function noteOf({ type, note }: DrawingNode): string | undefined {
  if (type === 'end' || type === 'final') return undefined;
  return fitLines(note ?? '', { size: detailSize, width: 230, lines: 1, weight: 'regular' })[0];
}

function extraOf({ type }: DrawingNode): Size {
  if (type === 'map') return { width: 8, height: 8 };
  return { width: type === 'transform' || type === 'merge' || type === 'feedback' ? 16 : 0, height: 0 };
}

/** As much as its title row takes; it grows with what is in it. */
function frameFigure(node: DrawingNode): Omit<Figure, 'pills'> {
  const title = fitLines(titleOf(node), { size: titleSize, width: 240, lines: 1 });
  const texts = [node.detail, node.note].filter((text) => text !== undefined).join(' · ');
  const [detail] = fitLines(texts, { size: detailSize, width: 300, lines: 1, weight: 'regular' });
  const text = Math.max(widest(title), detail === undefined ? 0 : textWidth(detail, detailSize, 'regular'));
  return { title, ...(detail !== undefined && { detail }), width: rounded(text + 66), height: 42 };
}

/** The text has to fit where the rhombus is narrower than its box. */
function rhombusFigure(node: DrawingNode): Omit<Figure, 'pills'> {
  const title = fitLines(titleOf(node), { size: titleSize, width: 150, lines: 2 });
  const [detail] = fitLines(node.detail ?? '', { size: detailSize, width: 170, lines: 1, weight: 'regular' });
  const lines = title.length + (detail === undefined ? 0 : 1);
  const height = 40 + lines * 16;
  const text = Math.max(widest(title), detail === undefined ? 0 : textWidth(detail, detailSize, 'regular') * 0.92);
  const width = Math.max(120, (text + 6) / (1 - (lines * 15) / height));
  return { title, ...(detail !== undefined && { detail }), width: rounded(width), height };
}

function titleOf({ title, isFailure }: DrawingNode): string {
  return isFailure === true ? `✕ ${title}` : title;
}

function widest(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => textWidth(line, titleSize)));
}

/** What the layout keeps free for a node: its box, and its pills. */
export function roomOf({ width, height, enteredFrom, pills }: Figure): Size & { readonly above: number } {
  const above = enteredFrom === undefined ? 0 : pillHeight + pillGap;
  return { width, height: rounded(height + above + pills.length * (pillHeight + pillGap)), above };
}
