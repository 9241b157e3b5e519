import { z } from 'zod';
import { CostMode, RetrievalPolicy, StoreName } from '../../manifest/index.ts';
import { count, durationMs, eventOf, optionalCount, optionalText, text } from './event-shape.ts';
import { FailureData } from './failure-schema.ts';

/** `model` as the project calls it, and as the provider does where that is another name. */
const model = { provider: text, model: text, requestModel: optionalText };
/** `variant`: as which of those that take turns at the node. */
const agent = { agent: text, model: text, variant: optionalText };
/** `step` is that of a tool plan. */
const tool = { tool: text, step: optionalText };
const usage = {
  inputTokens: optionalCount,
  outputTokens: optionalCount,
  cachedTokens: optionalCount,
  costUsd: z.number().min(0).exactOptional(),
};

/** What only those are told who ask for payloads in full. */
const content = z.unknown().optional();
const promptContent = { system: optionalText, messages: z.array(z.unknown()).readonly().exactOptional() };
const answerContent = { text: optionalText, toolCalls: z.array(z.unknown()).readonly().exactOptional() };

/** Who asks for what, and what decided; the task and the stage are those of the event. */
const decision = {
  /** Absent where the workflow itself calls the tool. */
  agent: optionalText,
  tool: text,
  step: optionalText,
  capabilities: z.array(text).readonly(),
  /** Of the arguments without what is secret in them; absent for a step of a plan that was not begun. */
  argumentsHash: optionalText,
  /** engine, tool, agent or task; always for what no level can allow. */
  level: text,
  rule: text,
};

/** A budget of a task, an agent or a stage, and what was spent of it. */
const budget = {
  scope: z.enum(['task', 'agent', 'stage']),
  id: text,
  spentTokens: count,
  spentUsd: z.number().min(0),
  maxTokens: optionalCount,
  maxUsd: z.number().min(0).exactOptional(),
};

/** A call that a person is asked about: never its arguments, but a hash of them. `rule` is what asks for it. */
const consent = {
  tool: text,
  step: optionalText,
  agent: optionalText,
  question: text,
  rule: text,
  risk: z.enum(['low', 'medium', 'high']),
  capabilities: z.array(text).readonly(),
  argumentsHash: text,
};

/** Who answered, and what else the answer holds for. */
const consentAnswer = {
  by: z.enum(['person', 'timeout', 'remembered']),
  remember: z.enum(['once', 'task', 'project']),
};

/** What agents and the models behind them do. `call` counts the requests of one attempt of a stage. */
export const agentEvents = [
  eventOf('agent.called', { ...agent }),
  eventOf('agent.answered', { ...agent, calls: count, durationMs, ...usage }),
  eventOf('llm.requested', {
    ...model,
    call: count,
    templateVersion: optionalText,
    promptHash: optionalText,
    promptTokens: optionalCount,
    ...promptContent,
  }),
  eventOf('llm.chunk', { ...model, call: count, characters: count, text: optionalText }),
  eventOf('llm.responded', {
    ...model,
    call: count,
    durationMs,
    finishReason: optionalText,
    ...usage,
    ...answerContent,
  }),
  eventOf('llm.failed', { ...model, call: count, durationMs, failure: FailureData }),
  eventOf('budget.warned', { ...budget }),
  eventOf('budget.exceeded', { ...budget, action: z.enum(['stop', 'degrade']) }),
  eventOf('json.validated', { schema: optionalText, call: optionalCount, repairs: optionalCount }),
  /** What was done to a text to get its value. */
  eventOf('json.repaired', {
    schema: optionalText,
    call: optionalCount,
    category: text,
    tier: count,
    lossless: z.boolean(),
    kinds: z.array(text).readonly(),
  }),
  /** An answer was refused, and the model is asked again: the same one, or the next of its fallbacks. */
  eventOf('json.reasked', {
    schema: optionalText,
    call: optionalCount,
    category: text,
    strategy: z.enum(['reask', 'escalate']),
    failure: FailureData,
  }),
  eventOf('json.failed', { schema: optionalText, call: optionalCount, failure: FailureData }),
] as const;

/** What tools, memory and the assembly of context do, and which sink was lost. */
export const serviceEvents = [
  eventOf('tool.called', { ...tool, arguments: content }),
  /** `notRun` is the safe mode that kept the tool from running. */
  eventOf('tool.finished', {
    ...tool,
    durationMs,
    notRun: z.enum(['analysis_only', 'dry_run']).exactOptional(),
    output: content,
  }),
  eventOf('tool.failed', { ...tool, durationMs, failure: FailureData }),
  eventOf('tool.denied', { ...tool, reason: text }),
  eventOf('security.checked', { ...decision }),
  eventOf('security.denied', { ...decision }),
  eventOf('security.consent_requested', { ...consent }),
  eventOf('security.consent_granted', { ...consent, ...consentAnswer }),
  eventOf('security.consent_refused', { ...consent, ...consentAnswer }),
  /** An answer that held for the project holds no more; `task` and `stage` are those in which it was given. */
  eventOf('security.consent_revoked', {
    consent: text,
    tool: text,
    answer: z.enum(['allow', 'deny']),
    task: text,
    stage: text,
  }),
  eventOf('memory.read', { store: StoreName, policy: RetrievalPolicy, items: count, tokens: count }),
  eventOf('memory.written', { store: StoreName, items: count, tokens: count }),
  /** What a tool did is done: its result stands, though it could not be remembered. */
  eventOf('memory.failed', { store: StoreName, items: count, failure: FailureData }),
  eventOf('memory.quarantined', { file: text, copy: text, problem: text, kept: count }),
  /** Items were kept without vectors, or a query went by words. */
  eventOf('memory.embedding_failed', {
    model: text,
    part: z.enum(['items', 'query']),
    count,
    failure: FailureData,
  }),
  /** `leftOut` counts what the profile allows and the agent is not shown; `maxTokens` is the budget. */
  eventOf('context.assembled', {
    profile: text,
    model: optionalText,
    items: count,
    compressed: optionalCount,
    leftOut: count,
    leftOutTokens: optionalCount,
    tokens: count,
    maxTokens: count,
    costMode: CostMode.exactOptional(),
    compressionRatio: z.number().min(0).exactOptional(),
    fingerprint: text,
  }),
  /** `dropped` events were not given to it, since the last report of it. */
  eventOf('sink.failed', { sink: text, problem: text, dropped: optionalCount }),
] as const;
