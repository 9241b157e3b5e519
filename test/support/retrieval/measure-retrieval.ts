import {
  createInMemoryStore,
  encodeVector,
  type MemoryItem,
  type MemoryStore,
} from '../../../src/services/memory/index.ts';
import type { RetrievalPolicy } from '../../../src/manifest/index.ts';
import { isHeldOut, itemOf, readDocuments, readQuestions, type LabelledQuestion } from './labelled-set.ts';

/** Makes texts into vectors; without it, `semantic` finds nothing and `hybrid` does without. */
export interface VectorMaker {
  readonly model: string;
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
}

/** What a policy found: all figures are means over questions, between 0 and 1. */
export interface RetrievalFigures {
  /** The share of the labels, by grade, that is among the items that fit into the budget. */
  readonly recall: number;
  /** One through the place of the first item that answers the question. */
  readonly reciprocalRank: number;
}

export const measuredPolicies = ['recency', 'importance', 'keyword', 'semantic', 'hybrid'] as const;
export type MeasuredPolicy = (typeof measuredPolicies)[number];

/** What a policy gave for one question, best first. */
export interface Answer {
  readonly question: LabelledQuestion;
  readonly withinBudget: readonly string[];
  readonly all: readonly string[];
}

export interface Measurement {
  readonly budget: number;
  readonly vectors?: VectorMaker;
}

const never = new AbortController().signal;

/** Asks a real store all questions under one policy. */
export async function askAll(policy: RetrievalPolicy, { budget, vectors }: Measurement): Promise<readonly Answer[]> {
  const questions = readQuestions();
  const store = await filledStore(vectors);
  const asked = await vectors?.embed(
    questions.map(({ text }) => text),
    never,
  );
  const answers: Answer[] = [];
  for (const [index, question] of questions.entries()) {
    const vector = asked?.[index];
    const query = { policy, text: question.text, ...(vector !== undefined && { vector }) };
    const withinBudget = idsOf(await store.query({ ...query, maxTokens: budget }));
    answers.push({ question, withinBudget, all: idsOf(await store.query(query)) });
  }
  await store.close();
  return answers;
}

export function figuresOf(answers: readonly Answer[]): RetrievalFigures {
  return { recall: mean(answers.map(recallOf)), reciprocalRank: mean(answers.map(reciprocalRankOf)) };
}

/** The two halves of the questions: the one that rankings may be tuned on, and the one that is held out. */
export function halvesOf(answers: readonly Answer[]): { readonly tuning: Answer[]; readonly heldOut: Answer[] } {
  return {
    tuning: answers.filter(({ question }) => !isHeldOut(question)),
    heldOut: answers.filter(({ question }) => isHeldOut(question)),
  };
}

async function filledStore(vectors: VectorMaker | undefined): Promise<MemoryStore> {
  const items = readDocuments().map(itemOf);
  const store = createInMemoryStore();
  if (vectors === undefined) {
    await store.append(items);
    return store;
  }
  const made = await vectors.embed(
    items.map(({ content }) => content),
    never,
  );
  await store.append(items.map((item, index) => withVector(item, vectors.model, made[index])));
  return store;
}

function withVector(item: MemoryItem, model: string, vector: Float32Array | undefined): MemoryItem {
  return vector === undefined ? item : { ...item, embedding: { model, vector: encodeVector(vector) } };
}

function recallOf({ question: { answers }, withinBudget }: Answer): number {
  const found = new Set(withinBudget);
  const grades = Object.entries(answers);
  const sum = (some: typeof grades): number => some.reduce((total, [, grade]) => total + grade, 0);
  return sum(grades.filter(([id]) => found.has(id))) / sum(grades);
}

function reciprocalRankOf({ question: { answers }, all }: Answer): number {
  const place = all.findIndex((id) => answers[id] === 2);
  return place === -1 ? 0 : 1 / (place + 1);
}

function idsOf(items: readonly MemoryItem[]): string[] {
  return items.map(({ id }) => id);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
