import { beforeAll, describe, expect, it } from 'vitest';
import { figuresOf, halvesOf, type RetrievalFigures } from '../../../support/retrieval/measure-retrieval.ts';
import { measureAll, retrievalTables, type Measured } from '../../../support/retrieval/retrieval-tables.ts';

/** Of documents of about 160 tokens each: nine of 204 have room. */
const budget = 1_600;

let measured: Measured;

beforeAll(async () => {
  measured = await measureAll(budget);
});

const withVectors = (policy: keyof Measured['withVectors']): RetrievalFigures =>
  figuresOf(measured.withVectors[policy]);
const wordsAlone = (policy: keyof Measured['wordsAlone']): RetrievalFigures => figuresOf(measured.wordsAlone[policy]);

const latest = (policy: 'keyword' | 'hybrid'): number =>
  figuresOf(measured.withVectors[policy].filter(({ question }) => question.type === 'latest')).reciprocalRank;

describe('retrieval on the labelled set', () => {
  it('prints each figure', () => {
    const tables = retrievalTables(measured);
    process.stdout.write(`\n${tables}\n`);
    expect(tables).not.toContain('NaN');
  });

  it('finds no less by hybrid than by keyword, and much more by keyword than by recency', () => {
    for (const figures of [withVectors, wordsAlone]) {
      expect(figures('hybrid').recall).toBeGreaterThanOrEqual(figures('keyword').recall);
      expect(figures('keyword').recall).toBeGreaterThan(figures('recency').recall + 0.5);
    }
  });

  it('puts an answer further up by hybrid than by keyword, and by keyword than by recency, in both halves of the questions', () => {
    for (const half of ['tuning', 'heldOut'] as const) {
      for (const answers of [measured.withVectors, measured.wordsAlone]) {
        const rank = (policy: keyof Measured['withVectors']): number =>
          figuresOf(halvesOf(answers[policy])[half]).reciprocalRank;
        expect(rank('hybrid')).toBeGreaterThan(rank('keyword'));
        expect(rank('keyword')).toBeGreaterThan(rank('recency'));
      }
    }
  });

  it('puts the newest decision before the one that it replaces more often by hybrid than by keyword', () => {
    expect(latest('hybrid')).toBeGreaterThan(latest('keyword') + 0.1);
  });

  it('finds with the local vectors alone what has other endings than the question', () => {
    const inflected = measured.withVectors.semantic.filter(({ question }) => question.type === 'inflection');
    expect(figuresOf(inflected).recall).toBe(1);
  });
});
