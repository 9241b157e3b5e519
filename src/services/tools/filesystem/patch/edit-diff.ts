import { applyEdits, type Replacement } from './find-edits.ts';

const contextLines = 3;
const maxCharacters = 20_000;

/** Lines that give way to others; `from` counts from 0. */
interface Block {
  readonly from: number;
  readonly old: readonly string[];
  readonly new: readonly string[];
}

export interface EditDiff {
  /** What changes, as a unified diff. */
  readonly diff: string;
  readonly diff_truncated?: true;
}

export function editDiff(text: string, replacements: readonly Replacement[]): EditDiff {
  const lines = text.split('\n');
  const blocks = blocksOf(text, replacements);
  const parts: string[] = [];
  let shift = 0;
  let length = 0;
  for (const hunk of hunksOf(blocks)) {
    const part = hunkText(lines, hunk, shift);
    length += part.length;
    if (length > maxCharacters) {
      return { diff: [...parts, part].join('').slice(0, maxCharacters).toWellFormed(), diff_truncated: true };
    }
    parts.push(part);
    shift += hunk.reduce((sum, block) => sum + block.new.length - block.old.length, 0);
  }
  return { diff: parts.join('') };
}

/** Whole lines around each passage; passages that share a line make one block. */
function blocksOf(text: string, replacements: readonly Replacement[]): readonly Block[] {
  const blocks: Block[] = [];
  let [line, counted] = [0, 0];
  for (let index = 0; index < replacements.length;) {
    const group = groupFrom(text, replacements, index);
    index += group.members.length;
    for (let at = text.indexOf('\n', counted); at >= 0 && at < group.start; at = text.indexOf('\n', at + 1)) {
      line += 1;
      counted = at + 1;
    }
    const moved = group.members.map(({ edit, start, end, text: replacement }) => {
      return { edit, start: start - group.start, end: end - group.start, text: replacement };
    });
    const passage = text.slice(group.start, group.end);
    blocks.push(withoutCommonLines(line, passage.split('\n'), applyEdits(passage, moved).split('\n')));
  }
  return blocks.filter((block) => block.old.length + block.new.length > 0);
}

interface Group {
  readonly start: number;
  readonly end: number;
  readonly members: readonly Replacement[];
}

function groupFrom(text: string, replacements: readonly Replacement[], first: number): Group {
  const members: Replacement[] = [];
  let [start, end] = [0, -1];
  for (let index = first; index < replacements.length; index += 1) {
    const member = replacements[index];
    if (member === undefined || (members.length > 0 && member.start > end)) break;
    if (members.length === 0) start = text.lastIndexOf('\n', member.start - 1) + 1;
    const lineEnd = text.indexOf('\n', member.end);
    end = lineEnd < 0 ? text.length : lineEnd;
    members.push(member);
  }
  return { start, end, members };
}

function withoutCommonLines(from: number, old: readonly string[], changed: readonly string[]): Block {
  const shorter = Math.min(old.length, changed.length);
  let start = 0;
  while (start < shorter && old[start] === changed[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === changed.at(-1 - end)) end += 1;
  return {
    from: from + start,
    old: old.slice(start, old.length - end),
    new: changed.slice(start, changed.length - end),
  };
}

/** Blocks whose surroundings would overlap stand in one hunk. */
function hunksOf(blocks: readonly Block[]): readonly (readonly Block[])[] {
  const hunks: Block[][] = [];
  for (const block of blocks) {
    const last = hunks.at(-1)?.at(-1);
    const isNear = last !== undefined && block.from - (last.from + last.old.length) <= 2 * contextLines;
    if (isNear) hunks.at(-1)?.push(block);
    else hunks.push([block]);
  }
  return hunks;
}

function hunkText(lines: readonly string[], hunk: readonly Block[], shift: number): string {
  const first = Math.max(0, (hunk[0]?.from ?? 0) - contextLines);
  const shown: string[] = [];
  let at = first;
  for (const block of hunk) {
    shown.push(...lines.slice(at, block.from).map((line) => ` ${line}`));
    shown.push(...block.old.map((line) => `-${line}`), ...block.new.map((line) => `+${line}`));
    at = block.from + block.old.length;
  }
  // Behind the last line end stands no line.
  const behind = lines.slice(at, lines.at(-1) === '' ? -1 : undefined).slice(0, contextLines);
  shown.push(...behind.map((line) => ` ${line}`));
  const count = (mark: string): number => shown.filter((line) => line[0] !== mark).length;
  const header = `@@ -${first + 1},${count('+')} +${first + shift + 1},${count('-')} @@`;
  return `${[header, ...shown].join('\n')}\n`;
}
