import {
  buildRequestPrompt,
  plainFailure,
  promptHash,
  unfinishedFailure,
  usageOf,
  type ReadyAgent,
} from '../../actors/index.ts';
import { failureError, failureOf } from '../../errors/index.ts';
import { hashOf, type TaskFact } from '../../hosts/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import {
  readRequestAnswer,
  requestAnswerSchema,
  requestVocabulary,
  type LLMResult,
  type Prompt,
  type ReadRequestAnswer,
  type RequestReader,
  type SchemaValidator,
} from '../../services/index.ts';
import { namesIn } from './names.ts';

/** What an agent read from the request of a task that is about to be created. */
export interface RequestReading extends ReadRequestAnswer {
  readonly reader: RequestReader;
  /** To be told once the task is there. */
  readonly facts: readonly TaskFact[];
}

export interface RequestToRead {
  readonly taskId: string;
  readonly mode: string;
  readonly input: string;
}

/** Reads a request by one call of a model. Never rejects: what fails is a problem of the reading. */
export type ReadRequest = (request: RequestToRead) => Promise<RequestReading>;

interface ReaderParts {
  readonly agent: ReadyAgent;
  readonly compiled: CompiledProject;
  readonly validator: SchemaValidator;
  readonly now: () => number;
}

export function createRequestReader(parts: ReaderParts): ReadRequest {
  const { agent, compiled } = parts;
  const vocabulary = requestVocabulary(namesIn(compiled));
  return async ({ taskId, mode, input }) => {
    const schema = requestAnswerSchema;
    const facts: TaskFact[] = [];
    let usage: RequestReader['usage'];
    try {
      const prompt = buildRequestPrompt({ agent, request: input, mode, vocabulary, schema, hash: hashOf });
      const result = await ask(parts, { prompt, taskId, facts });
      usage = usageOf(result, result.costEstimate);
      const read = readRequestAnswer(answerOf(parts, result), input);
      return { ...read, reader: { agent: agent.id, usage }, facts };
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      const reader = { agent: agent.id, ...(usage !== undefined && { usage }), problem: failure.message };
      return { found: [], problems: [], reader, facts };
    }
  };
}

interface Asked {
  readonly prompt: Prompt;
  readonly taskId: string;
  readonly facts: TaskFact[];
}

/** Nothing aborts it but the time limits of the model. */
async function ask({ agent, now }: ReaderParts, { prompt, taskId, facts }: Asked): Promise<LLMResult> {
  const { alias, spec, client } = agent.model;
  const { provider, model: requestModel = '' } = spec;
  const named = { provider, model: alias, ...(requestModel !== '' && requestModel !== alias && { requestModel }) };
  const maxOutputTokens = agent.maxOutputTokens ?? spec.max_output_tokens;
  const startedAt = now();
  const passedMs = (): number => Math.max(0, now() - startedAt);
  const { templateVersion } = prompt;
  facts.push(
    { type: 'agent.called', data: { agent: agent.id, model: alias } },
    { type: 'llm.requested', data: { ...named, call: 1, templateVersion, promptHash: promptHash(prompt, hashOf) } },
  );
  try {
    const result = await client.generate(prompt, {
      model: requestModel === '' ? alias : requestModel,
      signal: new AbortController().signal,
      idempotencyKey: `${taskId}/request`,
      outputSchema: requestAnswerSchema,
      ...(agent.temperature !== undefined && { temperature: agent.temperature }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    });
    const { promptTokens, completionTokens, cachedTokens, costEstimate, finishReason } = result;
    const counts = { inputTokens: promptTokens, outputTokens: completionTokens, cachedTokens };
    const spent = { ...counts, ...(costEstimate !== undefined && { costUsd: costEstimate }) };
    facts.push(
      { type: 'llm.responded', data: { ...named, call: 1, durationMs: passedMs(), finishReason, ...spent } },
      { type: 'agent.answered', data: { agent: agent.id, model: alias, calls: 1, durationMs: passedMs(), ...spent } },
    );
    return result;
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== undefined)
      facts.push({
        type: 'llm.failed',
        data: { ...named, call: 1, durationMs: passedMs(), failure: plainFailure(failure) },
      });
    throw error;
  }
}

/** The value of an answer. Throws a failure for one that is none. */
function answerOf({ agent, validator }: ReaderParts, { text, finishReason }: LLMResult): unknown {
  const unfinished = unfinishedFailure(agent.id, { finishReason });
  if (unfinished !== undefined) throw failureError(unfinished);
  return validator.readJson(text, requestAnswerSchema, { isCutOff: finishReason === 'length' }).value;
}
