import { isStopWord, stem } from './words.ts';

const generic: ReadonlySet<string> = new Set(
  'line lines example examples note notes section default value values name names true false null todo see list lists number text new run'
    .split(' ')
    .map(stem),
);

const mostTerms = 40;

interface Term {
  /** How often it is written in each way. */
  readonly forms: Map<string, number>;
  readonly stems: readonly string[];
  score: number;
  count: number;
}

/** The words and pairs of words that a text is about, the most telling first. */
export function keyTerms(texts: readonly string[], headings: readonly string[]): string[] {
  const terms = new Map<string, Term>();
  for (const heading of headings) countTerms(heading, 2, terms);
  for (const text of texts) countTerms(text, 1, terms);
  const repeated = [...terms.values()].filter(({ count, stems }) => count > 1 || stems.length === 1);
  const ranked = repeated.map((term) => {
    const text = surface(term);
    return { term, text, weight: weight(term, text) };
  });
  ranked.sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : 1));
  const chosen: string[] = [];
  const stems = new Set<string>();
  for (const { term, text } of ranked) {
    if (chosen.length >= mostTerms) break;
    if (term.stems.some((part) => stems.has(part))) continue;
    for (const part of term.stems) stems.add(part);
    chosen.push(text);
  }
  return chosen;
}

/** Pairs say more than words, and names more than other words. */
function weight(term: Term, text: string): number {
  const isName = /\p{Lu}/u.test(text);
  const base = term.stems.length > 1 ? term.score * 1.6 : term.score * (term.count > 1 ? 1 : 0.4);
  return base * (isName ? 1.5 : 1);
}

function countTerms(text: string, score: number, terms: Map<string, Term>): void {
  let previous: { word: string; end: number } | undefined;
  for (const match of text.matchAll(/[\p{L}\p{N}]+(?:[-_.][\p{L}\p{N}]+)*/gu)) {
    const [word] = match;
    const form = isSentenceStart(text, match.index) && /^\p{Lu}\p{Ll}+$/u.test(word) ? word.toLowerCase() : word;
    if (!isTelling(form)) {
      previous = undefined;
      continue;
    }
    add([form], score, terms);
    const isPair = previous !== undefined && match.index === previous.end + 1 && text.charAt(previous.end) === ' ';
    if (isPair && previous !== undefined) add([previous.word, form], score, terms);
    previous = { word: form, end: match.index + word.length };
  }
}

/** Where a capital letter says nothing. */
function isSentenceStart(text: string, index: number): boolean {
  return index === 0 || /[.!?:;·—–-]\s$/u.test(text.slice(Math.max(0, index - 2), index));
}

function isTelling(word: string): boolean {
  const lower = word.toLowerCase();
  if (isStopWord(lower) || generic.has(stem(lower)) || !/\p{L}/u.test(word)) return false;
  return word.length > 3 || (word.length > 1 && word === word.toUpperCase());
}

function add(words: readonly string[], score: number, terms: Map<string, Term>): void {
  const stems = words.map((word) => stem(word.toLowerCase()));
  if (stems.length > 1 && stems[0] === stems[1]) return;
  const key = stems.join(' ');
  const term = terms.get(key) ?? { forms: new Map<string, number>(), stems, score: 0, count: 0 };
  const form = words.join(' ');
  term.forms.set(form, (term.forms.get(form) ?? 0) + 1);
  term.score += score;
  term.count += 1;
  terms.set(key, term);
}

function surface({ forms }: Term): string {
  let best = '';
  for (const [form, count] of forms) if (count > (forms.get(best) ?? 0)) best = form;
  return best;
}
