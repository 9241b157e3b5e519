import { failureError } from '../../../errors/index.ts';
import type { JsonSchema } from '../../../manifest/index.ts';
import { throwIfCancelled } from '../cancellation.ts';
import { inPieces } from '../pieces.ts';
import type { GenerateOptions, LLMClient, LLMResult, Prompt, PromptSubject } from '../port.ts';
import { estimateTokens } from '../../tokens.ts';
import { estimatePromptTokens } from '../tokens.ts';
import { readEvidence } from './evidence.ts';
import { fieldOf, isQuestion, topicOf } from './field.ts';
import { fillSchema } from './fill-schema.ts';
import type { Filling } from './filling.ts';
import { digests, sentencesFor } from './string-candidates.ts';
import { pickDistinct } from './rank.ts';
import { readSubject } from './subject-sources.ts';

const mostParts = 2_000;
const charactersPerChunk = 80;

/** What checks the answers of the offline model before they are given. */
export interface OfflineChecks {
  /** Whether a value fits a schema. */
  readonly fits: (schema: JsonSchema, value: unknown) => boolean;
  /** A schema with all it refers to in its `$defs`. Default: schemas are whole as they come. */
  readonly bundle?: (schema: JsonSchema) => JsonSchema;
}

/**
 * Answers without a model: it takes sentences, terms, paths and values out of what it is shown. Only
 * for a required field that nothing shown supports it puts a neutral placeholder, so that every workflow runs to its end.
 * It makes no code from text and knows nothing of Node, so it runs in a web page as well.
 */
export function createOfflineModel(checks: OfflineChecks): LLMClient {
  const answer = (prompt: Prompt, options: GenerateOptions): LLMResult => {
    throwIfCancelled(options.signal);
    return resultOf(answerText(prompt.subject, options.outputSchema, checks), prompt, options);
  };
  return {
    takesTools: false,
    generate: async (prompt, options) => Promise.resolve().then(() => answer(prompt, options)),
    stream: async function* stream(prompt, options) {
      const result = await Promise.resolve().then(() => answer(prompt, options));
      const pieces = inPieces(result.text, Math.ceil(result.text.length / charactersPerChunk));
      for (const [index, text] of pieces.entries()) {
        throwIfCancelled(options.signal);
        yield index === pieces.length - 1 ? { text, result } : { text };
      }
    },
    countTokens: estimatePromptTokens,
  };
}

function resultOf(text: string, prompt: Prompt, { model }: GenerateOptions): LLMResult {
  const promptTokens = estimatePromptTokens(prompt);
  const completionTokens = estimateTokens(text);
  return {
    text,
    toolCalls: [],
    raw: null,
    model,
    finishReason: 'stop',
    promptTokens,
    completionTokens,
    totalTokens: promptTokens + completionTokens,
    cachedTokens: 0,
  };
}

function answerText(subject: PromptSubject, schema: JsonSchema | undefined, checks: OfflineChecks): string {
  const filling = newFilling(subject, schema ?? true);
  if (schema === undefined) return extract(filling);
  const root = checks.bundle?.(schema) ?? schema;
  const field = fieldOf('', typeof root === 'object' ? root : {});
  for (const isSparse of [false, true]) {
    const attempt: Filling = { ...filling, root, isSparse, used: new Set(), budget: { left: mostParts } };
    const filled = fillSchema(root, field, attempt);
    if (filled !== undefined && checks.fits(schema, filled.value)) return JSON.stringify(filled.value, null, 2);
  }
  throw failureError({
    code: 'agent.no_answer',
    message: `The offline model found nothing that fits the output schema of agent "${subject.agent}".`,
    hint: 'Loosen the schema, or use a real model for this agent.',
  });
}

function newFilling(subject: PromptSubject, root: JsonSchema): Filling {
  const { request, sources, values, notes } = readSubject(subject);
  return {
    root,
    evidence: readEvidence(sources, notes),
    topic: topicOf(request),
    isQuestion: isQuestion(request),
    values,
    used: new Set(),
    depth: 0,
    budget: { left: mostParts },
    isSparse: false,
    fill: fillSchema,
  };
}

/** Without a schema: the sentences that answer the request best. */
function extract(filling: Filling): string {
  const ranked = pickDistinct(sentencesFor(fieldOf('answer', {}), filling), 10);
  const [digest] = digests(ranked, filling);
  const text = digest?.text ?? filling.evidence.notes[0] ?? filling.evidence.text.trim().slice(0, 400);
  if (text !== '') return text;
  throw failureError({
    code: 'agent.no_answer',
    message: 'The offline model was given no text to answer from.',
    hint: 'Give the task an input, or the stage a context.',
  });
}
