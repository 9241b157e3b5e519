import { describe, expect, it } from 'vitest';
import type { CallEstimate } from '../../../src/actors/agent/budget.ts';
import { nextAnswer } from '../../../src/actors/agent/ask-model.ts';
import type { CallUsage, NamedModel } from '../../../src/actors/index.ts';
import { createAgentServices } from '../../../src/engine/stages/agent-services.ts';
import { createCallLogs, createCallMemory, type StageLog } from '../../../src/engine/stages/call-logs.ts';
import { failureError } from '../../../src/errors/index.ts';
import { createSchemaValidator, type LLMClient, type Prompt } from '../../../src/services/index.ts';
import type { LLMChunk } from '../../../src/services/llm/index.ts';
import { agentCall } from '../../support/agent-call.ts';

const promptTokens = 50;
const price = { input_per_mtok: 10_000, output_per_mtok: 20_000 };
const prompt: Prompt = {
  system: '',
  messages: [],
  templateVersion: '1',
  subject: { agent: 'writer', stage: 'write', taskInput: '', input: '', context: [], call: 0 },
};

interface Asked {
  readonly log: StageLog;
  readonly settled: (CallUsage | undefined)[];
  readonly estimates: CallEstimate[];
  readonly failure: Promise<unknown>;
  readonly next: StageLog;
}

/** Asks a model whose answer comes to this. */
function ask(stream: (signal: AbortSignal) => AsyncIterable<LLMChunk>, changes: Partial<Given> = {}): Asked {
  const { signal = new AbortController().signal, tools = [], outputSchema } = changes;
  const client: LLMClient = {
    takesTools: true,
    countTokens: () => promptTokens,
    generate: () => Promise.reject(new Error('It is streamed.')),
    stream: (_, options) => stream(options.signal),
  };
  const model: NamedModel = { alias: 'told', spec: { provider: 'scripted' }, price, client };
  const keeper = createCallMemory();
  const logOf = createCallLogs(keeper, () => 5);
  const at = (attempt: number): StageLog =>
    logOf({ task: { creation: { id: 'task', definition: 'hash' } }, stage: { node: 'write', attempt } });
  const [settled, estimates, log]: [(CallUsage | undefined)[], CallEstimate[], StageLog] = [[], [], at(1)];
  const { agent, ...parts } = agentCall('reply: ok');
  const { outputSchema: _, ...plain } = agent;
  const budget = {
    admit(estimate: CallEstimate) {
      estimates.push(estimate);
      return { kind: 'go', settle: (usage?: CallUsage) => void settled.push(usage) } as const;
    },
  };
  const call = {
    ...parts,
    agent: { ...plain, model, ...(outputSchema !== undefined && { outputSchema }) },
    tools,
    log,
    budget,
    signal,
  };
  const services = createAgentServices(createSchemaValidator({}), () => 5);
  const memory = { send: () => undefined };
  const failure = nextAnswer({
    call,
    notes: { prompts: { native: prompt, plan: prompt } },
    services,
    memory,
    signal,
  }).catch((error: unknown) => error);
  return { log, settled, estimates, failure, next: at(2) };
}

interface Given {
  readonly signal: AbortSignal;
  readonly tools: ReturnType<typeof agentCall>['tools'];
  readonly outputSchema: Record<string, string>;
}

const cut = failureError({ code: 'provider.network', message: 'The stream was cut.' });
const lost = { prompt_tokens: 50, completion_tokens: 25, cached_tokens: 0, cost_usd: 1 };

async function* cutAfter(...texts: readonly string[]): AsyncGenerator<LLMChunk> {
  for (const text of texts) yield await Promise.resolve({ text });
  throw cut;
}

describe('a call that gives no answer', () => {
  it('is taken to have cost its prompt and what came of its answer', async () => {
    const { settled, log, next, failure } = ask(() => cutAfter('x'.repeat(60), 'x'.repeat(40)));
    expect(await failure).toBe(cut);
    expect([settled[0], log.usage(), next.usage()]).toEqual([lost, lost, lost]);
    log.end(true);
  });

  it('has cost its prompt as soon as the provider gave a sign of life', async () => {
    const { settled, failure } = ask(() => cutAfter(''));
    await failure;
    expect(settled[0]).toEqual({ ...lost, completion_tokens: 0, cost_usd: 0.5 });
  });

  it('has cost nothing when the provider never began to answer', async () => {
    const { settled, log, failure } = ask(() => cutAfter());
    await failure;
    expect([settled[0], log.usage().prompt_tokens]).toEqual([undefined, 0]);
  });

  it('is counted with the attempt that is stopped meanwhile, and once', async () => {
    const controller = new AbortController();
    const begun = Promise.withResolvers<void>();
    async function* stalled(signal: AbortSignal): AsyncGenerator<LLMChunk> {
      yield await Promise.resolve({ text: 'x'.repeat(100) });
      begun.resolve();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw failureError({ code: 'cancelled.task', message: 'It was cancelled.' });
    }
    const { settled, log, next, failure } = ask(stalled, { signal: controller.signal });
    await begun.promise;
    expect(log.abandon()).toEqual(lost);
    controller.abort();
    await failure;
    expect([settled[0], next.usage().prompt_tokens]).toEqual([lost, 0]);
  });
});

it('counts the tools and the schema that are sent beside a prompt', async () => {
  const description = 'x'.repeat(400);
  const bare = ask(() => cutAfter());
  const tools = ask(() => cutAfter(), { tools: [{ name: 't', description, inputSchema: {}, isReadOnly: true }] });
  const schema = ask(() => cutAfter(), { outputSchema: { type: 'object', description } });
  await Promise.all([bare.failure, tools.failure, schema.failure]);
  expect(bare.estimates[0]?.promptTokens).toBe(promptTokens);
  expect(tools.estimates[0]?.promptTokens).toBeGreaterThan(promptTokens + 100);
  expect(schema.estimates[0]?.promptTokens).toBeGreaterThan(promptTokens + 100);
});
