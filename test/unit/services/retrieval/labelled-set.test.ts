import { describe, expect, it } from 'vitest';
import { isHeldOut, readDocuments, readQuestions } from '../../../support/retrieval/labelled-set.ts';

const documents = readDocuments();
const questions = readQuestions();

describe('the labelled set', () => {
  it('has at least 200 documents and 60 questions, each with an id of its own', () => {
    expect(documents.length).toBeGreaterThanOrEqual(200);
    expect(questions.length).toBeGreaterThanOrEqual(60);
    for (const ids of [documents, questions].map((some) => some.map(({ id }) => id))) {
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('has documents of 80 to 250 words, no two of them equal', () => {
    const others = documents.map(({ id, text }) => ({ id, words: text.trim().split(/\s+/u).length }));
    expect(others.filter(({ words }) => words < 80 || words > 250)).toEqual([]);
    expect(new Set(documents.map(({ text }) => text)).size).toBe(documents.length);
  });

  it('has a document for each label, and an answer for each question', () => {
    const known = new Set(documents.map(({ id }) => id));
    const labels = questions.flatMap(({ id, answers }) => Object.keys(answers).map((document) => ({ id, document })));
    expect(labels.filter(({ document }) => !known.has(document))).toEqual([]);
    expect(questions.filter(({ answers }) => !Object.values(answers).includes(2))).toEqual([]);
  });

  it('holds out half of the questions', () => {
    expect(questions.filter(isHeldOut)).toHaveLength(questions.length / 2);
  });
});
