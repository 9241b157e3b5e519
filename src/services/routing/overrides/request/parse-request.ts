import type { TextSpan } from '../task-overrides.ts';
import {
  firstWords,
  matchAt,
  readPattern,
  type Captures,
  type Pattern,
  type PatternMatch,
  type RequestNames,
} from './pattern.ts';
import { requestRules, type OverrideDraft, type RequestRule } from './rules/index.ts';
import { leadsOf, type Lead } from './leads.ts';
import { stands } from './standing.ts';
import { wordsOf, type Word } from './words.ts';

/** An override that a request asks for, and the words that ask for it. */
export interface RequestHit {
  readonly rule: string;
  readonly override: OverrideDraft;
  readonly span: TextSpan;
}

const mostHits = 100;
const longestShown = 500;
/** Longer ones are no sentence. */
const longestRest = 4_000;

/**
 * What a request asks for in plain words, by the table of rules: never within quotation marks or code, nor where it is denied
 * or depends on something. Takes time in proportion to the request.
 */
export function parseRequest(request: string, names: RequestNames): readonly RequestHit[] {
  const words = wordsOf(request);
  const leads = leadsOf(words);
  const ends = sentenceEnds(words);
  const hits: RequestHit[] = [];
  for (let place = 0; place < words.length && hits.length < mostHits;) {
    const hit = hitAt({ request, words, leads, ends, names }, place);
    if (hit !== undefined) hits.push(hit.hit);
    place = hit?.end ?? place + 1;
  }
  return hits;
}

/** A request as the rules see it. */
interface Reading {
  readonly request: string;
  readonly words: readonly Word[];
  readonly leads: readonly Lead[];
  /** For each word the place behind its sentence. */
  readonly ends: Uint32Array;
  readonly names: RequestNames;
}

interface Candidate {
  readonly hit: RequestHit;
  readonly end: number;
}

function hitAt(reading: Reading, place: number): Candidate | undefined {
  const word = reading.words[place];
  if (word === undefined || word.isQuoted) return undefined;
  let best: Candidate | undefined;
  for (const { rule, pattern } of patternsFor(word)) {
    const match = matchAt(reading.words, place, pattern);
    if (match === undefined || !stands(reading, { rule, place, match })) continue;
    const found = candidate(reading, { rule, place, match });
    if (found !== undefined && found.end > (best?.end ?? 0)) best = found;
  }
  return best;
}

function patternsFor({ text }: Word): readonly RulePattern[] {
  const named = byFirstWord.get(text) ?? [];
  return /^\$?\d/u.test(text) ? [...named, ...numbered] : named;
}

interface Found {
  readonly rule: RequestRule;
  readonly place: number;
  readonly match: PatternMatch;
}

function candidate(reading: Reading, { rule, place, match }: Found): Candidate | undefined {
  const { leads, ends, names } = reading;
  const end = rule.takesRest === true ? (ends[place] ?? match.end) : match.end;
  const captures = rule.takesRest === true ? withRest(reading, match, end) : match.captures;
  const draft = captures === undefined ? undefined : rule.read(captures, names);
  if (draft === undefined) return undefined;
  const isAlways = leads[place]?.isAlways === true && draft.kind === 'verbosity';
  const override = isAlways ? { ...draft, scope: 'project' as const } : draft;
  return { hit: { rule: rule.id, override, span: spanOf(reading, place, end) }, end };
}

function spanOf({ request, words }: Reading, place: number, behind: number): TextSpan {
  const start = words[place]?.start ?? 0;
  const end = words[behind - 1]?.end ?? start;
  return { start, end, text: request.slice(start, Math.min(end, start + longestShown)).toWellFormed() };
}

/** What stands behind the words, to the end of the sentence. */
function withRest({ request, words }: Reading, match: PatternMatch, behind: number): Captures | undefined {
  const from = words[match.end - 1]?.end ?? 0;
  let to = words[behind]?.start ?? request.length;
  while (to > from && /[\s.!?…*•#>-]/u.test(request[to - 1] ?? '')) to -= 1;
  if (to - from > longestRest || to <= from) return undefined;
  const rest = request.slice(from, to).replace(/^[\s,:;-]+/u, '');
  return { ...match.captures, rest: rest.toWellFormed() };
}

function sentenceEnds(words: readonly Word[]): Uint32Array {
  const ends = new Uint32Array(words.length);
  let end = words.length;
  for (let place = words.length - 1; place >= 0; place -= 1) {
    ends[place] = end;
    if (words[place]?.opensSentence === true) end = place;
  }
  return ends;
}

interface RulePattern {
  readonly rule: RequestRule;
  readonly pattern: Pattern;
}

const patterns: readonly RulePattern[] = requestRules.flatMap((rule) =>
  rule.says.map((text) => ({ rule, pattern: readPattern(text) })),
);
const numbered = patterns.filter(({ pattern }) => firstWords(pattern).includes('#'));
const byFirstWord = tableOf(patterns);

function tableOf(all: readonly RulePattern[]): ReadonlyMap<string, readonly RulePattern[]> {
  const table = new Map<string, RulePattern[]>();
  for (const one of all) for (const word of firstWords(one.pattern)) table.set(word, [...(table.get(word) ?? []), one]);
  return table;
}
