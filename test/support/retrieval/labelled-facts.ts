import { z } from 'zod';
import { readYaml } from './labelled-set.ts';

/** Words that must still be there when a text was shortened; of several, all. */
const Fact = z.union([z.string().min(1), z.array(z.string().min(1)).min(2)]);
export type Fact = z.infer<typeof Fact>;

const Facts = z.array(Fact).min(1);

const LongText = z.strictObject({
  id: z.string().min(1),
  kind: z.string().min(1),
  text: z.string().min(1),
  /** By where they stand in the text. */
  facts: z.strictObject({ beginning: Facts, middle: Facts, end: Facts }),
});
export type LongText = z.infer<typeof LongText>;

const Composite = z.strictObject({
  id: z.string().min(1),
  task: z.string().min(1),
  /** What is pinned. */
  head: z.array(z.string().min(1)).min(1),
  /** Whose documents the project store has. */
  teams: z.array(z.string().min(1)).min(1),
  /** Long texts that it has besides. */
  texts: z.array(z.string().min(1)).default([]),
  /** Documents that the task cannot do without. */
  needed: z.array(z.string().min(1)).min(1),
  messages: z.array(z.string().min(1)).length(2),
  direct: z.string().min(1),
  facts: z.strictObject({ head: Facts, tail: Facts }),
});
export type Composite = z.infer<typeof Composite>;

/** The facts of documents, by their ids. */
export function readFacts(): Readonly<Record<string, readonly Fact[]>> {
  return z.record(z.string(), Facts).parse(readYaml('facts.yaml'));
}

export function readLongTexts(): LongText[] {
  return z.array(LongText).parse(readYaml('long-texts.yaml'));
}

export function readComposites(): Composite[] {
  return z.array(Composite).parse(readYaml('composites.yaml'));
}

export function isIn(text: string, fact: Fact): boolean {
  return [fact].flat().every((part) => text.includes(part));
}
