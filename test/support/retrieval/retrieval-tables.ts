import { createLocalEmbedder } from '../../../src/services/memory/embedding/local.ts';
import { questionTypes, type QuestionType } from './labelled-set.ts';
import {
  askAll,
  figuresOf,
  halvesOf,
  measuredPolicies,
  type Answer,
  type MeasuredPolicy,
  type Measurement,
  type RetrievalFigures,
} from './measure-retrieval.ts';

type ByPolicy = Readonly<Record<MeasuredPolicy, readonly Answer[]>>;

export interface Measured {
  readonly budget: number;
  readonly withVectors: ByPolicy;
  /** Without an embedder: hybrid goes by words, recency and importance. */
  readonly wordsAlone: ByPolicy;
}

export async function measureAll(budget: number): Promise<Measured> {
  const vectors = createLocalEmbedder();
  return { budget, withVectors: await askByPolicy({ budget, vectors }), wordsAlone: await askByPolicy({ budget }) };
}

async function askByPolicy(measurement: Measurement): Promise<ByPolicy> {
  return {
    recency: await askAll('recency', measurement),
    importance: await askAll('importance', measurement),
    keyword: await askAll('keyword', measurement),
    semantic: await askAll('semantic', measurement),
    hybrid: await askAll('hybrid', measurement),
  };
}

/** As Markdown. */
export function retrievalTables(measured: Measured): string {
  const { budget, withVectors, wordsAlone } = measured;
  const cellOfType = (policy: MeasuredPolicy, type: QuestionType): string =>
    cellOf(figuresOf(withVectors[policy].filter(({ question }) => question.type === type)));
  const rows = [
    ...measuredPolicies.map((policy) => rowOf(policy, withVectors[policy])),
    rowOf('hybrid without vectors', wordsAlone.hybrid),
  ];
  const byType = questionTypes.map((type) => {
    const cells: string[] = [type];
    for (const policy of measuredPolicies) cells.push(cellOfType(policy, type));
    return cells;
  });
  const ofHalf = `recall at ${budget.toLocaleString('en-US')} tokens / mean reciprocal rank`;
  return [
    `Each cell: ${ofHalf}.`,
    tableOf(['policy', 'all questions', 'tuning half', 'held-out half'], rows),
    tableOf(['type of question', ...measuredPolicies], byType),
  ].join('\n\n');
}

function rowOf(name: string, answers: readonly Answer[]): string[] {
  const { tuning, heldOut } = halvesOf(answers);
  return [name, ...[answers, tuning, heldOut].map((some) => cellOf(figuresOf(some)))];
}

function cellOf({ recall, reciprocalRank }: RetrievalFigures): string {
  return `${recall.toFixed(3)} / ${reciprocalRank.toFixed(3)}`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
