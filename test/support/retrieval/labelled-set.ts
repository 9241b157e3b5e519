import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { MemoryItem } from '../../../src/services/memory/index.ts';
import { estimateTokens } from '../../../src/services/tokens.ts';

/** The bundled set: documents of a company that does not exist, and what is asked about them. */
const directory = path.resolve(import.meta.dirname, '../../fixtures/retrieval');

export const LabelledDocument = z.strictObject({
  id: z.string().min(1),
  title: z.string().min(1),
  kind: z.string().min(1),
  date: z.iso.date(),
  importance: z.number().min(0).max(1),
  tags: z.array(z.string().min(1)).min(1),
  text: z.string().min(1),
});
export type LabelledDocument = z.infer<typeof LabelledDocument>;

export const questionTypes = ['exact', 'paraphrase', 'inflection', 'lookup', 'latest', 'constraint', 'multi'] as const;
export type QuestionType = (typeof questionTypes)[number];

export const LabelledQuestion = z.strictObject({
  id: z.string().regex(/^q\d+$/u),
  type: z.enum(questionTypes),
  text: z.string().min(1),
  /** 2 answers the question, 1 adds to the answer. */
  answers: z.record(z.string(), z.union([z.literal(1), z.literal(2)])),
});
export type LabelledQuestion = z.infer<typeof LabelledQuestion>;

export function readDocuments(): LabelledDocument[] {
  const files = readdirSync(path.join(directory, 'documents')).toSorted();
  return files.flatMap((file) => readDocumentsOf(path.parse(file).name));
}

/** The documents of one team: a file has those of one. */
export function readDocumentsOf(team: string): LabelledDocument[] {
  return z.array(LabelledDocument).parse(readYaml(path.join('documents', `${team}.yaml`)));
}

export function readQuestions(): LabelledQuestion[] {
  return z.array(LabelledQuestion).parse(readYaml('questions.yaml'));
}

/** Rankings may be tuned on the questions with odd numbers; the others are held out. */
export function isHeldOut({ id }: LabelledQuestion): boolean {
  return Number(id.slice(1)) % 2 === 0;
}

/** A document as the project store holds what was ingested. */
export function itemOf({ id, title, kind, date, importance, tags, text }: LabelledDocument): MemoryItem {
  const content = `${title}\n\n${text.trim()}`;
  return {
    id,
    kind: 'document',
    source: `documents/${id}.md`,
    timestamp: Date.parse(date),
    tags,
    importance,
    token_cost: estimateTokens(content),
    content,
    metadata: { form: kind },
  };
}

export function readYaml(file: string): unknown {
  return parse(readFileSync(path.join(directory, file), 'utf8'));
}
