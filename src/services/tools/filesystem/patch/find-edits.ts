import type { Edit } from './edit.ts';

/** A passage of the text that gives way to another one. */
export interface Replacement {
  /** The edit that it comes from, from 0. */
  readonly edit: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type EditProblem =
  | { readonly kind: 'missing' | 'too_many'; readonly edit: number }
  | { readonly kind: 'ambiguous'; readonly edit: number; readonly places: readonly number[]; readonly more: boolean }
  | { readonly kind: 'overlap'; readonly edit: number; readonly other: number; readonly at: number };

export type FoundEdits =
  | { readonly ok: true; readonly replacements: readonly Replacement[] }
  | { readonly ok: false; readonly problem: EditProblem };

const maxPlacesTold = 10;
const maxReplacements = 100_000;

/**
 * Where the passages of all edits are in a text as it is: no edit sees what another one makes. So a text grows by no more
 * than its places times the replacements, and the order of edits is of no account.
 */
export function findEdits(text: string, edits: readonly Edit[]): FoundEdits {
  const replacements: Replacement[] = [];
  for (const [edit, { search, replace, all = false }] of edits.entries()) {
    const places = placesOf(text, search, { all, most: all ? maxReplacements + 1 : maxPlacesTold + 1 });
    if (places.length === 0) return { ok: false, problem: { kind: 'missing', edit } };
    if (replacements.length + places.length > maxReplacements)
      return { ok: false, problem: { kind: 'too_many', edit } };
    if (!all && places.length > 1) {
      const told = places.slice(0, maxPlacesTold);
      return { ok: false, problem: { kind: 'ambiguous', edit, places: told, more: places.length > maxPlacesTold } };
    }
    for (const start of places) replacements.push({ edit, start, end: start + search.length, text: replace });
  }
  const ordered = replacements.toSorted((one, other) => one.start - other.start);
  const problem = overlapIn(ordered);
  return problem === undefined ? { ok: true, replacements: ordered } : { ok: false, problem };
}

/** Passages that overlap count each when one is looked for: which of them is meant is not clear either. */
function placesOf(text: string, search: string, { all, most }: { all: boolean; most: number }): readonly number[] {
  const places: number[] = [];
  const back = fallbacksOf(search);
  let matched = 0;
  for (let at = 0; at < text.length && places.length < most; at += 1) {
    const code = text.charCodeAt(at);
    while (matched > 0 && search.charCodeAt(matched) !== code) matched = back[matched - 1] ?? 0;
    if (search.charCodeAt(matched) === code) matched += 1;
    if (matched < search.length) continue;
    places.push(at - search.length + 1);
    matched = all ? 0 : (back[matched - 1] ?? 0);
  }
  return places;
}

/**
 * For every beginning of a text the length of its longest end that the text begins with, too (Knuth, Morris and Pratt). With it a
 * text is searched in one pass, where the built-in search takes minutes for a long passage that nearly fits everywhere.
 */
function fallbacksOf(search: string): Uint32Array {
  const back = new Uint32Array(search.length);
  let matched = 0;
  for (let at = 1; at < search.length; at += 1) {
    const code = search.charCodeAt(at);
    while (matched > 0 && search.charCodeAt(matched) !== code) matched = back[matched - 1] ?? 0;
    if (search.charCodeAt(matched) === code) matched += 1;
    back[at] = matched;
  }
  return back;
}

function overlapIn(ordered: readonly Replacement[]): EditProblem | undefined {
  let last: Replacement | undefined;
  for (const next of ordered) {
    if (last !== undefined && next.start < last.end) {
      return { kind: 'overlap', edit: next.edit, other: last.edit, at: next.start };
    }
    last = next;
  }
  return undefined;
}

/** Known before the text is made. */
export function lengthAfter(text: string, replacements: readonly Replacement[]): number {
  return replacements.reduce(
    (length, { start, end, text: with_ }) => length - (end - start) + with_.length,
    text.length,
  );
}

export function applyEdits(text: string, replacements: readonly Replacement[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: replacement } of replacements) {
    parts.push(text.slice(at, start), replacement);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
