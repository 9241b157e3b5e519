import { isUtf8 } from 'node:buffer';
import { chainStart, readEntry, sha256, type AuditEntry, type ChainEnd } from './chain.ts';

/** What is wrong with an audit log. */
export interface AuditProblem {
  /** Of the file, the first one is 1. */
  readonly line: number;
  readonly kind: 'changed' | 'removed' | 'inserted' | 'reordered' | 'torn' | 'cut';
  /** One sentence. */
  readonly message: string;
}

export interface AuditCheck {
  /** Takes the next line, without its line end. */
  take(line: Buffer): void;
  /** How things stand after the lines that were taken. */
  readonly problems: readonly AuditProblem[];
  /** The last entry that is in its place. */
  readonly end: ChainEnd;
  /** Lines that a killed writer left unfinished, and that the log itself tells of. */
  readonly torn: number;
}

/** A line that is no sound entry. What it was is known from the next one that is. */
interface Unsound {
  readonly line: number;
  readonly bytes: number;
  readonly sha256: string;
}

interface Placed extends ChainEnd {
  readonly line: number;
}

/** Entries that were not where they belong; some of them may come later. */
interface Gap {
  readonly line: number;
  from: number;
  to: number;
}

interface State {
  readonly problems: AuditProblem[];
  readonly gaps: Gap[];
  unsound: Unsound[];
  /** Lines that were taken. */
  line: number;
  torn: number;
  end: Placed;
  /** The entry before the last one. */
  before: ChainEnd;
}

/** Follows a chain line by line, and goes on behind what is wrong. */
export function createAuditCheck(): AuditCheck {
  const start = { ...chainStart, line: 0 };
  const state: State = { problems: [], gaps: [], unsound: [], line: 0, torn: 0, end: start, before: start };
  return {
    take(bytes) {
      state.line += 1;
      const { line } = state;
      const entry = isUtf8(bytes) ? readEntry(bytes.toString()) : undefined;
      if (entry === undefined) state.unsound.push({ line, bytes: bytes.length, sha256: sha256(bytes) });
      else follow(state, entry);
    },
    get problems() {
      return allProblems(state);
    },
    get end() {
      return { n: state.end.n, hash: state.end.hash };
    },
    get torn() {
      return state.torn;
    },
  };
}

function follow(state: State, entry: AuditEntry): void {
  const { end, line } = state;
  if (entry.type === 'audit.cut') report(state, [line, 'removed', cutMessage(entry['data'])]);
  dropTorn(state, entry);
  if (entry.n <= end.n) {
    misplaced(state, entry);
    return;
  }
  const isNext = entry.n === end.n + 1;
  if (isNext && entry.prev !== end.hash) {
    const place = `The entry in line ${line} follows another one than is here.`;
    report(state, [Math.max(1, end.line), 'changed', place]);
  } else settle(state, entry);
  state.before = end;
  state.end = { n: entry.n, hash: entry.hash, line };
}

/** As many unsound lines as there are numbers left out are the entries with these numbers. */
function settle(state: State, { n }: AuditEntry): void {
  const { end, unsound } = state;
  const left = n - end.n - 1;
  for (const [index, { line }] of unsound.entries()) {
    if (index < left) report(state, [line, 'changed', `Entry ${end.n + 1 + index} is not as it was written.`]);
    else report(state, [line, 'inserted', 'This is no entry of the log.']);
  }
  state.unsound = [];
  if (unsound.length < left) state.gaps.push({ line: state.line, from: end.n + 1 + unsound.length, to: n - 1 });
}

function misplaced(state: State, { n, prev, hash }: AuditEntry): void {
  const { end, before, gaps, line } = state;
  const gap = gaps.find(({ from, to }) => from <= n && n <= to);
  if (gap !== undefined) {
    report(state, [line, 'reordered', `Entry ${n} stands behind entry ${end.n}.`]);
    takeOut(gaps, gap, n);
  } else if (n === end.n && prev === before.hash && hash !== end.hash) {
    report(state, [end.line, 'inserted', `Entry ${n} is there twice; the other one is in line ${line}.`]);
    state.end = { n, hash, line };
  } else report(state, [line, 'inserted', `Entry ${n} stands behind entry ${end.n}, and none was left out there.`]);
}

function dropTorn(state: State, { type, ...entry }: AuditEntry): void {
  const last = state.unsound.at(-1);
  if (last === undefined || type !== 'audit.torn' || !isSame(entry['data'], last)) return;
  state.unsound = state.unsound.slice(0, -1);
  state.torn += 1;
}

function report({ problems }: State, [line, kind, message]: readonly [number, AuditProblem['kind'], string]): void {
  problems.push({ line, kind, message });
}

function allProblems({ problems, unsound, gaps }: State): readonly AuditProblem[] {
  const message = 'This is no entry of an audit log, or not as it was written.';
  const open = unsound.map(({ line }) => ({ line, kind: 'changed' as const, message }));
  const removed = gaps.map((gap) => ({ line: gap.line, kind: 'removed' as const, message: gapMessage(gap) }));
  return [...problems, ...open, ...removed].toSorted((one, other) => one.line - other.line);
}

function takeOut(gaps: Gap[], gap: Gap, n: number): void {
  const { line, from, to } = gap;
  const rest = [
    { line, from, to: n - 1 },
    { line, from: n + 1, to },
  ].filter((part) => part.from <= part.to);
  gaps.splice(gaps.indexOf(gap), 1, ...rest);
}

function gapMessage({ from, to }: Gap): string {
  return from === to
    ? `Entry ${from} is missing before this one.`
    : `Entries ${from} to ${to} are missing before this one.`;
}

function isSame(data: unknown, { bytes, sha256: sum }: Unsound): boolean {
  return (
    typeof data === 'object' &&
    data !== null &&
    'bytes' in data &&
    data.bytes === bytes &&
    'sha256' in data &&
    data.sha256 === sum
  );
}

function cutMessage(data: unknown): string {
  const n = typeof data === 'object' && data !== null && 'n' in data ? String(data.n) : '?';
  return `Entry ${n} was here, and was taken away while an engine was open.`;
}
