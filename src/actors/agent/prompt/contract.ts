import type { JsonSchema } from '../../../manifest/index.ts';

/** What an answer has to look like, and what to do when unsure. */
export function contractPart(schema: JsonSchema | undefined): string {
  if (schema === undefined)
    return 'Answer with what is asked for, and with nothing else. Where you are unsure, say so rather than guess.';
  const sentences = [
    'Answer with one JSON value that fits this JSON Schema, and with nothing else.',
    'Where you are unsure, say so in the fields that allow it, and leave optional fields out rather than guess.',
  ];
  return `${sentences.join(' ')}\n\n${JSON.stringify(schema)}`;
}

/** The contract in a sentence, for the end of the prompt; nothing where there is none but to answer. */
export function contractReminder(schema: JsonSchema | undefined, mayPlan: boolean): string {
  const plan = mayPlan ? ', or with a tool plan alone' : '';
  if (schema === undefined) return mayPlan ? `Answer with what is asked for${plan}.` : '';
  return `Answer with one JSON value that fits the JSON Schema of your instructions${plan}.`;
}
