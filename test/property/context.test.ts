import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contextFor } from '../../src/actors/agent/context-for.ts';
import { promptVariants } from '../../src/actors/agent/prompt-variants.ts';
import type { StepRequest } from '../../src/actors/agent/step.ts';
import { createAgentServices } from '../../src/engine/stages/agent-services.ts';
import { failureOf } from '../../src/errors/index.ts';
import {
  createModelClient,
  createSchemaValidator,
  tokenCounterFor,
  type ContextPackage,
} from '../../src/services/index.ts';
import { createInMemoryStore, type MemoryItem, type MemoryStore } from '../../src/services/memory/index.ts';
import { agentCall } from '../support/agent-call.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';
import { randomContext, type RandomContext } from '../support/random-context.ts';

const services = createAgentServices(createSchemaValidator({}), () => 5);
const clients = {
  scripted: createModelClient('told', { provider: 'scripted', script: 'a' }, { script: 'replies: [{ reply: "" }]' }),
  'gpt-5.1': createModelClient('told', { provider: 'openai', model: 'gpt-5.1' }),
  'gpt-4': createModelClient('told', { provider: 'openai', model: 'gpt-4' }),
};

async function storeOf(items: readonly MemoryItem[]): Promise<MemoryStore> {
  const store = createInMemoryStore();
  await store.append(items);
  return store;
}

async function requestOf(given: RandomContext): Promise<StepRequest> {
  const { profile, input, window, output, model } = given;
  const spec = {
    provider: model === 'scripted' ? model : 'openai',
    model,
    context_window: window,
    max_output_tokens: output,
  };
  const stores = {
    task_store: await storeOf(given.task),
    project_store: await storeOf(given.project),
    global_store: await storeOf([]),
  };
  const { agent, ...call } = agentCall('reply: ""', { taskInput: given.request, input, stores });
  const named = { alias: 'told', spec, client: clients[model] };
  const memory: StepRequest['memory'] = {
    send(event) {
      if (event.type === 'memory.query') void stores[event.store].query(event.query).then(event.answer, event.fail);
    },
  };
  const ready = { ...agent, model: named, profile: { name: 'all', spec: profile } };
  return { call: { ...call, agent: ready }, notes: {}, services, memory, signal: new AbortController().signal };
}

type Outcome =
  | { readonly context: ContextPackage; readonly used: number; readonly system: string }
  | { readonly code: string | undefined };

async function outcomeOf(given: RandomContext): Promise<Outcome> {
  const request = await requestOf(given);
  const { model } = request.call.agent;
  try {
    const context = await contextFor(request, model);
    if (context === undefined) throw new Error('There is no context.');
    const { native } = promptVariants(request, context);
    const schema = JSON.stringify(services.validator.bundle({ type: 'object' }));
    const used = model.client.countTokens(native) + tokenCounterFor(model.spec, model.alias)(schema);
    return { context, used, system: native.messages.map(({ content }) => content).join('') };
  } catch (error) {
    return { code: failureOf(error)?.code };
  }
}

const markers = /\[… ([\d,]+) items?, ([\d,]+) tokens? left out\]/gu;

/** What all markers of a package say is missing. */
function marked({ items }: ContextPackage): { items: number; tokens: number } {
  const found = items.flatMap(({ text }) => [...text.matchAll(markers)]);
  const sum = (group: number): number =>
    found.reduce((total, match) => total + Number((match[group] ?? '').replaceAll(',', '')), 0);
  return { items: sum(1), tokens: sum(2) };
}

/** What its account says is missing. */
function missing({ items, leftOut, rest }: ContextPackage, hasNote: boolean): { items: number; tokens: number } {
  const left = leftOut.filter(({ reason }) => reason === 'budget');
  const cut = items.flatMap(({ compressed }) => (compressed === undefined ? [] : [compressed.omitted]));
  const told = hasNote ? [...left.map(({ tokens }) => ({ items: 1, tokens })), rest] : [];
  return [...cut, ...told].reduce(
    (sum, each) => ({ items: sum.items + each.items, tokens: sum.tokens + each.tokens }),
    { items: 0, tokens: 0 },
  );
}

/** Items that are pinned: by a tag in any store that the profile reads, by their kind in that of the task. */
const isTagged = ({ tags }: MemoryItem): boolean => tags.includes('pinned');

function pinnedIn({ task, project, profile }: RandomContext): readonly MemoryItem[] {
  const ofTask = task.filter((item) => isTagged(item) || item.kind === 'decision' || item.kind === 'constraint');
  const ofProject = profile.sources.includes('project_store') ? project.filter(isTagged) : [];
  const isDenied = (kind: string): boolean => kind === 'observation' && profile.include_observations === false;
  return [...ofTask, ...ofProject].filter(({ kind }) => !isDenied(kind));
}

function check(given: RandomContext, { context, used }: Extract<Outcome, { used: number }>): void {
  const { items, tokens, budget, leftOut, rest } = context;
  expect(used).toBeLessThanOrEqual(given.window - given.output);
  expect(tokens).toBeLessThanOrEqual(Math.min(budget, given.profile.max_tokens));
  const head = items.filter(({ place }) => place === 'head');
  expect(head.some(({ compressed }) => compressed !== undefined)).toBe(false);
  const headTexts = new Set([...head.map(({ text }) => text), given.input]);
  expect(pinnedIn(given).filter(({ content }) => !headTexts.has(content))).toEqual([]);
  const note = items.find(({ source }) => source === 'left_out');
  expect(marked(context)).toEqual(missing(context, note !== undefined));
  const left = leftOut.filter(({ reason }) => reason === 'budget');
  // The tail is whole unless head and tail alone are too large. What is left out of the tail has no rank.
  const tail = items.filter(({ place }) => place === 'tail');
  const outOfTail = left.filter(({ rank }) => rank === undefined);
  const isTailWhole = outOfTail.length === 0 && tail.every(({ compressed }) => compressed === undefined);
  const whole = [...head, ...tail].reduce((sum, each) => sum + (each.compressed?.from ?? each.tokens), 0);
  const wanted = outOfTail.reduce((sum, each) => sum + each.tokens, whole);
  expect(isTailWhole || wanted > budget).toBe(true);
  // The note is missing only where there is no room for it.
  expect(note !== undefined || left.length + rest.items === 0 || budget - tokens < 40).toBe(true);
}

it(
  'holds within its window, keeps its head and tail, and says all that is missing, for any stores and any model',
  async () => {
    const seen = { assembled: 0, refused: 0, compressed: 0, dropped: 0 };
    const settings = propertySettings(5_000);
    await fc.assert(
      fc.asyncProperty(randomContext, async (given) => {
        const outcome = await outcomeOf(given);
        const shuffled = {
          ...given,
          task: given.task.toReversed(),
          project: given.project.toReversed(),
          profile: { ...given.profile, sources: given.profile.sources.toReversed() },
        };
        expect(await outcomeOf(shuffled)).toEqual(outcome);
        expect('code' in outcome ? outcome.code : 'context.too_large').toBe('context.too_large');
        if ('code' in outcome) {
          seen.refused += 1;
          return;
        }
        check(given, outcome);
        seen.assembled += 1;
        if (outcome.context.compressionRatio < 1) seen.compressed += 1;
        if (outcome.context.leftOut.length > 0) seen.dropped += 1;
      }),
      settings,
    );
    // Else the property would say little.
    expect(Math.min(...Object.values(seen)) / settings.numRuns).toBeGreaterThan(0.1);
  },
  propertyTimeoutMs,
);
