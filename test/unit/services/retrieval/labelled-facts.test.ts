import { describe, expect, it } from 'vitest';
import {
  isIn,
  readComposites,
  readFacts,
  readLongTexts,
  type Fact,
} from '../../../support/retrieval/labelled-facts.ts';
import { itemOf, readDocuments, readDocumentsOf } from '../../../support/retrieval/labelled-set.ts';

const documents = new Map(readDocuments().map((document) => [document.id, itemOf(document).content]));
const facts = Object.entries(readFacts());
const longTexts = readLongTexts();
const composites = readComposites();

function missingIn(text: string, some: readonly Fact[]): readonly Fact[] {
  return some.filter((fact) => !isIn(text, fact));
}

describe('the labelled facts', () => {
  it('are of at least 40 documents, and stand in them word for word', () => {
    expect(facts.length).toBeGreaterThanOrEqual(40);
    const missing = facts.map(([id, some]) => ({ id, missing: missingIn(documents.get(id) ?? '', some) }));
    expect(missing.filter((each) => each.missing.length > 0)).toEqual([]);
  });

  it('stand in the long texts, of at least 400 words, where their labels say', () => {
    const missing = longTexts.flatMap(({ id, text, facts: { beginning, middle, end } }) => {
      const [third, twoThirds] = [text.length / 3, (text.length * 2) / 3];
      return [
        { id, missing: missingIn(text.slice(0, third), beginning) },
        { id, missing: missingIn(text, middle) },
        { id, missing: missingIn(text.slice(twoThirds), end) },
      ];
    });
    expect(missing.filter((each) => each.missing.length > 0)).toEqual([]);
    const words = longTexts.map(({ id, text }) => ({ id, words: text.trim().split(/\s+/u).length }));
    expect(words.filter((each) => each.words < 400)).toEqual([]);
  });

  it('of contexts stand in what is pinned, in the messages and in the input', () => {
    const missing = composites.flatMap(({ id, head, messages, direct, facts: { head: pinned, tail } }) => [
      { id, missing: missingIn(head.join('\n'), pinned) },
      { id, missing: missingIn([...messages, direct].join('\n'), tail) },
    ]);
    expect(missing.filter((each) => each.missing.length > 0)).toEqual([]);
  });

  it('are there for each document that a context cannot do without, and such a document is in its store', () => {
    const known = new Set(facts.map(([id]) => id));
    const unknown = composites.flatMap(({ id, needed, teams }) => {
      const stored = new Set(teams.flatMap((team) => readDocumentsOf(team).map((document) => document.id)));
      return needed.filter((document) => !known.has(document) || !stored.has(document)).map((each) => ({ id, each }));
    });
    expect(unknown).toEqual([]);
  });
});
