import { conditions, type Lead } from './leads.ts';
import type { PatternMatch } from './pattern.ts';
import type { RequestRule } from './rules/index.ts';
import type { Word } from './words.ts';

/** Words that a rule found. */
export interface FoundWords {
  readonly rule: RequestRule;
  readonly place: number;
  readonly match: PatternMatch;
}

export interface Surroundings {
  readonly words: readonly Word[];
  readonly leads: readonly Lead[];
  /** For each word the place behind its sentence. */
  readonly ends: Uint32Array;
}

/** What may stand behind an order that is at its end. */
const closers = new Set(['please', 'thanks', 'and', 'then', 'so', 'just', 'now', 'here', 'today']);
const denials = new Set(
  "not no never don't dont doesn't didn't isn't aren't wasn't shouldn't needn't won't wouldn't can't cannot without nobody nor neither avoid".split(
    ' ',
  ),
);

/** Whether words stand where they order something, and nothing takes it back. */
export function stands({ words, leads, ends }: Surroundings, { rule, place, match }: FoundWords): boolean {
  const lead = leads[place];
  const next = words[match.end];
  if (lead === undefined || lead.isConditional || isCondition(next)) return false;
  if (rule.takesRest === true && match.end >= (ends[place] ?? 0)) return false;
  switch (rule.stands) {
    case 'first':
      return lead.isFirst;
    case 'alone':
      return lead.isFirst && isClosed(next);
    case 'last':
      return isClosed(next) && !isDenied(words, place);
  }
}

function isCondition(next: Word | undefined): boolean {
  return next !== undefined && !next.opensSentence && conditions.has(next.text);
}

function isClosed(next: Word | undefined): boolean {
  return next === undefined || next.opensClause || closers.has(next.text);
}

/** Whether one of the few words before it, in the same clause, takes it back. */
function isDenied(words: readonly Word[], place: number): boolean {
  for (let before = place; before > Math.max(0, place - 6); before -= 1) {
    if (words[before]?.opensClause === true) return false;
    if (denials.has(words[before - 1]?.text ?? '')) return true;
  }
  return false;
}
