import { buildRequestPrompt, unfinishedFailure, type ModelAnswer } from '../../actors/index.ts';
import { failureError, failureOf } from '../../errors/index.ts';
import { hashOf, type TaskFact } from '../../hosts/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import {
  estimateTokens,
  readRequestAnswer,
  requestAnswerSchema,
  requestVocabulary,
  type HookPlace,
  type PluginSet,
  type ReadRequestAnswer,
  type RequestReader,
  type SchemaValidator,
} from '../../services/index.ts';
import { agentHooks, type AgentHookParts } from '../plugins/agent-hooks.ts';
import type { TaskBudget } from '../stages/budget-scopes.ts';
import { namesIn } from './names.ts';
import { askReader, type CallParts } from './reader-call.ts';

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
  /** What overrides that are known without an answer say of the budget of the task. */
  readonly budget: TaskBudget;
}

/** Reads a request by one call of a model. What fails, or is not allowed, is a problem of the reading; rejects when the engine closes. */
export type ReadRequest = (request: RequestToRead) => Promise<RequestReading>;

interface ReaderParts extends Omit<CallParts, 'project'> {
  readonly compiled: CompiledProject;
  readonly plugins: PluginSet;
  readonly validator: SchemaValidator;
  /** Aborts a call that is under way. */
  readonly signal: AbortSignal;
}

export function createRequestReader(parts: ReaderParts): ReadRequest {
  const { agent, compiled } = parts;
  const vocabulary = requestVocabulary(namesIn(compiled));
  return async (request) => {
    const facts: TaskFact[] = [];
    let usage: RequestReader['usage'];
    try {
      const paid = (of: ModelAnswer['usage']): void => void (usage = of);
      const answer = await answered(parts, { ...request, vocabulary, tell: (fact) => void facts.push(fact), paid });
      const read = readRequestAnswer(answer, request.input);
      return { ...read, reader: { agent: agent.id, ...(usage !== undefined && { usage }) }, facts };
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      const reader = { agent: agent.id, ...(usage !== undefined && { usage }), problem: failure.message };
      return { found: [], problems: [], reader, facts };
    }
  };
}

interface Asked extends RequestToRead {
  readonly vocabulary: string;
  readonly tell: (fact: TaskFact) => void;
  readonly paid: (usage: ModelAnswer['usage']) => void;
}

/** Nothing is kept of what plugins answer: there is no stage yet that could be taken up again. */
const noLog: AgentHookParts['log'] = { saved: () => undefined, save: () => undefined };

/** What the agent answers, with all the hooks that an agent of a stage has around it. */
async function answered(parts: ReaderParts, asked: Asked): Promise<unknown> {
  const { compiled, plugins, validator, signal } = parts;
  const { taskId, mode, vocabulary, budget, tell, paid } = asked;
  const schema = requestAnswerSchema;
  const agent = { ...parts.agent, outputSchema: schema };
  const place: HookPlace = { taskId, mode, agent: agent.id };
  const hooks = agentHooks({ plugins, validator, log: noLog, agent, place, tell, signal, estimateTokens });
  const request = await requestFor(parts, { ...asked, place });
  const prompt = buildRequestPrompt({ agent, request, mode, vocabulary, schema, hash: hashOf });
  tell({ type: 'agent.called', data: { agent: agent.id, model: agent.model.alias } });
  const call = { prompt, taskId, budget, hooks, tell, signal, paid };
  const output = outputOf(parts, await askReader({ ...parts, agent, project: compiled.project }, call));
  return hooks.afterAgent === undefined ? output : hooks.afterAgent(output);
}

/** The request that plugins leave. */
async function requestFor(
  { plugins, agent, signal }: ReaderParts,
  { input, place, tell }: Asked & { readonly place: HookPlace },
): Promise<string> {
  if (!plugins.has('before_agent')) return input;
  let left = input;
  const outcome = await plugins.run({
    point: 'before_agent',
    place,
    about: { model: agent.model.alias, input },
    tell,
    signal,
    accept({ value, about }) {
      if (typeof value !== 'string') return { problem: 'a request that an agent reads is a text' };
      left = value;
      return { about: { ...about, input: value } };
    },
  });
  if (outcome.kind === 'stop') throw failureError(outcome.failure);
  return left;
}

/** The value of an answer. Throws a failure for one that is none. */
function outputOf({ agent, validator }: ReaderParts, { text, finishReason }: ModelAnswer): unknown {
  const unfinished = unfinishedFailure(agent.id, { finishReason });
  if (unfinished !== undefined) throw failureError(unfinished);
  return validator.readJson(text, requestAnswerSchema, { isCutOff: finishReason === 'length' }).value;
}
