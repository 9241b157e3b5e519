import type { Block } from './split/block.ts';

export interface PackLimits {
  /** Characters of a chunk, what it repeats of the one before among them. */
  readonly most: number;
  /** Characters that a chunk repeats of the one before, at most. */
  readonly overlap: number;
  /** A chunk with fewer takes in what follows, whatever it stands below. */
  readonly fewest: number;
  /** Whether a chunk repeats of another block, too, and not only of the one that it goes on with. */
  readonly repeatsBlocks: boolean;
}

/** What becomes a chunk. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly headings: readonly string[];
  /** It goes on with a block that was cut. */
  readonly isRest?: true;
}

/** Blocks put together to pieces of bounded size, and cut where they are larger; each piece but the first of a part repeats a little. */
export function packBlocks(text: string, blocks: readonly Block[], limits: PackLimits): Piece[] {
  const room = limits.most - limits.overlap;
  const pieces: Piece[] = [];
  let open: Piece | undefined;
  for (const block of blocks) {
    const joined: Piece | undefined = open === undefined ? undefined : join(open, block, { ...limits, most: room });
    if (joined !== undefined) {
      open = joined;
      continue;
    }
    // A heading is cut together with what it stands above: alone it says nothing.
    const first = open !== undefined && isLoneStart(open, block, limits) ? open.start : block.start;
    if (open !== undefined && first === block.start) pieces.push(open);
    open = undefined;
    if (block.end - first <= room) open = { start: first, end: block.end, headings: block.headings };
    else pieces.push(...cut(text, { ...block, start: first }, room));
  }
  if (open !== undefined) pieces.push(open);
  return pieces.map((piece, index) => {
    const repeats = limits.repeatsBlocks || piece.isRest === true;
    return repeats ? withOverlap(text, piece, { before: pieces[index - 1], overlap: limits.overlap }) : piece;
  });
}

function join(open: Piece, block: Block, { most, fewest }: PackLimits): Piece | undefined {
  if (block.end - open.start > most) return undefined;
  const shared = commonStart(open.headings, block.headings);
  if (!haveSameHeadings(open, block) && open.end - open.start >= fewest) return undefined;
  return { start: open.start, end: block.end, headings: shared };
}

function isLoneStart(open: Piece, block: Block, { fewest }: PackLimits): boolean {
  return open.end - open.start < fewest && haveSameHeadings(open, block);
}

function haveSameHeadings(one: Pick<Piece, 'headings'>, other: Pick<Piece, 'headings'>): boolean {
  return one.headings.length === other.headings.length && commonStart(one.headings, other.headings) === one.headings;
}

function commonStart(left: readonly string[], right: readonly string[]): readonly string[] {
  const at = left.findIndex((heading, index) => heading !== right[index]);
  return at === -1 ? left : left.slice(0, at);
}

function cut(text: string, block: Block, room: number): Piece[] {
  const pieces: Piece[] = [];
  for (let start = block.start; start < block.end;) {
    const end = block.end - start <= room ? block.end : cutPlace(text, start, start + room);
    const isFirst = pieces.length === 0;
    const headings = isFirst || block.title === undefined ? block.headings : [...block.headings, block.title];
    if (text.slice(start, end).trim() !== '')
      pieces.push({ start, end, headings, ...(!isFirst && { isRest: true as const }) });
    start = end;
  }
  return pieces;
}

/** Good places to cut at, the best first: between paragraphs, lines, sentences, parts of sentences, words. */
const breaks = [/\n\s*\n/gu, /\n/gu, /[.!?。！？]["')\]]?\s/gu, /[,;:]\s?/gu, /\s/gu];

/** The last good place in the second half of a range, else its end; never within a character. */
function cutPlace(text: string, start: number, limit: number): number {
  const half = start + Math.floor((limit - start) / 2);
  const part = text.slice(half, limit);
  for (const pattern of breaks) {
    const last = [...part.matchAll(pattern)].at(-1);
    if (last !== undefined) return half + last.index + last[0].length;
  }
  return wholeCharacter(text, limit);
}

function wholeCharacter(text: string, at: number): number {
  const isInside = /[\uDC00-\uDFFF]/u.test(text.charAt(at)) && /[\uD800-\uDBFF]/u.test(text.charAt(at - 1));
  return isInside ? at - 1 : at;
}

interface Before {
  readonly before: Piece | undefined;
  readonly overlap: number;
}

/** The piece from a little before its start, where that is of the same part. */
function withOverlap(text: string, piece: Piece, { before, overlap }: Before): Piece {
  if (before === undefined || overlap === 0) return piece;
  const isSamePart = piece.isRest === true || haveSameHeadings(before, piece);
  if (!isSamePart) return piece;
  const earliest = Math.max(before.start, piece.start - overlap);
  const part = text.slice(earliest, piece.start);
  for (const pattern of breaks) {
    const [first] = part.matchAll(pattern);
    const start = first === undefined ? piece.start : earliest + first.index + first[0].length;
    if (start < piece.start && text.slice(start, piece.start).trim() !== '') return { ...piece, start };
  }
  return { ...piece, start: wholeCharacter(text, earliest) };
}
