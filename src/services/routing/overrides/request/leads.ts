import type { Word } from './words.ts';

/** What stands before a word. */
export interface Lead {
  /** Nothing but words of courtesy stand before it in its clause. */
  readonly isFirst: boolean;
  /** One of those is "always". */
  readonly isAlways: boolean;
  /** Its sentence begins with a condition. */
  readonly isConditional: boolean;
}

/** Words before an order that change nothing about it. */
const courtesy = new Set(
  "please just kindly and but then so also now ok okay hey hi hello thanks can could would will you want need expect like to let's should must make sure that always still first finally today here i'd we'd yes no though however therefore for this once".split(
    ' ',
  ),
);
/** Another order may follow them. */
const connectors = new Set(['and', 'but', 'then']);
const wishes = new Set(['want', 'need', 'expect', 'would']);
/** What follows in the sentence is what somebody else said. */
const reports = new Set(
  'says said wrote writes reads asks asked told tells title text message comment output error example'.split(' '),
);
export const conditions: ReadonlySet<string> = new Set(['if', 'when', 'whenever', 'unless', 'only-if']);

/** What stands before each word of a request. */
export function leadsOf(words: readonly Word[]): readonly Lead[] {
  const leads: Lead[] = [];
  let conditional = false;
  let first = true;
  let always = false;
  let reported = false;
  for (const [place, word] of words.entries()) {
    const before = words[place - 1]?.text ?? '';
    if (word.opensSentence) conditional = conditions.has(word.text);
    if (word.opensClause) {
      reported = !word.opensSentence && (reported || reports.has(before));
      first = !reported;
      always = false;
    }
    leads.push({ isFirst: first, isAlways: always, isConditional: conditional });
    first = !reported && ((first && isCourteous(word, words[place + 1])) || connectors.has(word.text));
    always ||= word.text === 'always';
  }
  return leads;
}

function isCourteous({ text, isQuoted }: Word, next: Word | undefined): boolean {
  if (isQuoted) return false;
  return courtesy.has(text) || ((text === 'i' || text === 'we') && wishes.has(next?.text ?? ''));
}
