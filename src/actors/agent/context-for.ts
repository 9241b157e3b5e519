import { failureError } from '../../errors/index.ts';
import type { StoreName } from '../../manifest/index.ts';
import type { ContextPackage, ContextRequest, EventData, MemoryQuery, PinnedText } from '../../services/index.ts';
import { storeNames, type PromptVariants, type ReadyAgent } from './call.ts';
import { readMemory } from './hooked-memory.ts';
import { takesTools, type NamedModel } from './named-model.ts';
import { asText, frameOf } from './prompt/index.ts';
import { roomForPrompt, tokensToAsk } from './prompt-tokens.ts';
import { promptVariants } from './prompt-variants.ts';
import type { StepRequest } from './step.ts';

/** The prompts for a model: those of the first one, unless they have no room in its window. */
export async function promptsFor(request: StepRequest, model: NamedModel): Promise<PromptVariants> {
  const { call, notes } = request;
  const { prompts, context } = notes;
  if (prompts === undefined)
    throw failureError({ code: 'internal.bug', message: `Agent "${call.agent.id}" has no prompt.` });
  const isFirst = model.alias === call.agent.model.alias;
  if (isFirst || context === undefined || fits(request, model, prompts)) return prompts;
  return promptVariants(request, await contextFor(request, model));
}

/**
 * What a model is shown of the memory: what the log of the stage has, or else a new package, which is in the log when this resolves.
 * Its prompt has room in the window of the model, beside the answer. Throws the failure `context.too_large`.
 */
export async function contextFor(request: StepRequest, model: NamedModel): Promise<ContextPackage | undefined> {
  const { call } = request;
  const profile = profileFor(request, model);
  if (profile === undefined) return undefined;
  const known = call.log.context(model.alias);
  if (known !== undefined) return known.package;
  const context = await assembled(request, model, profile);
  call.log.saveContext(model.alias, { profile: profile.name, package: context });
  call.tell({ type: 'context.assembled', data: contextFact({ profile: profile.name, model: model.alias }, context) });
  return context;
}

/** The package that plugins leave. */
async function assembled(
  request: StepRequest,
  model: NamedModel,
  profile: NonNullable<ReadyAgent['profile']>,
): Promise<ContextPackage> {
  const { beforeContext, afterContext } = request.call.hooks;
  const count = request.services.counterFor(model);
  const about = {
    profile: profile.name,
    model: model.alias,
    tokensOf: (source: string, text: string) => count(text + frameOf(source)),
  };
  await beforeContext?.(about);
  const context = await assemble(request, model, profile);
  return afterContext === undefined ? context : afterContext({ ...about, context });
}

/** That of the agent. One that has none is shown its own state, and its input as it is. */
function profileFor(request: StepRequest, model: NamedModel): ReadyAgent['profile'] {
  const { call, services } = request;
  if (call.agent.profile !== undefined) return call.agent.profile;
  if (pinnedState(request).length === 0) return undefined;
  const input = services.counterFor(model)(asText(call.input) + frameOf('direct'));
  return { name: 'agent_state', spec: { max_tokens: mostState + input, sources: [] } };
}

/** Tokens of a state that is shown without a profile. */
const mostState = 8_000;

function pinnedState({ notes: { state } }: StepRequest): readonly PinnedText[] {
  return state === undefined || state.text === '' ? [] : [{ source: 'agent_state', text: state.text }];
}

/** Parts of a prompt may come to more together than each by itself: then it is tried again with less. */
const mostTries = 5;

async function assemble(
  request: StepRequest,
  model: NamedModel,
  { name, spec }: NonNullable<ReadyAgent['profile']>,
): Promise<ContextPackage> {
  const { call, services } = request;
  const room = roomForPrompt(request, model);
  const overhead = tokensOf(request, model, promptVariants(request, emptyContext));
  if (overhead > room) throw noRoom(model, { overhead, room });
  const stores = storesThrough(request);
  const wanted: Omit<ContextRequest, 'maxTokens'> = {
    profile: spec,
    stores: stores.through,
    tags: call.taskTags,
    question: { text: `${asText(call.taskInput)}\n${asText(call.input)}` },
    pinned: pinnedState(request),
    direct: asText(call.input),
    count: services.counterFor(model),
    frame: frameOf,
  };
  let maxTokens = room - overhead;
  for (let tried = 0; tried < mostTries; tried += 1) {
    const context = await services.assembleContext({ ...wanted, maxTokens });
    const used = tokensOf(request, model, promptVariants(request, context));
    if (used <= room) {
      stores.tellReads(spec.retrieval_policy ?? 'recency');
      return context;
    }
    maxTokens = Math.min(maxTokens, context.tokens) - (used - room);
  }
  throw failureError({
    code: 'context.too_large',
    message: `No choice of profile "${name}" leaves a prompt that has room in the ${room} tokens of model "${model.alias}".`,
    hint,
    details: { budget: room },
  });
}

/** A context without anything in it, not even the input. */
const emptyContext: Pick<ContextPackage, 'items'> = {
  items: [{ source: 'direct', text: '', tokens: 0, place: 'tail' }],
};

function fits(request: StepRequest, model: NamedModel, prompts: PromptVariants): boolean {
  return tokensOf(request, model, prompts) <= roomForPrompt(request, model);
}

function tokensOf(request: StepRequest, model: NamedModel, { native, plan }: PromptVariants): number {
  return tokensToAsk(request, model, takesTools(model) ? native : plan);
}

const hint =
  'Use a model with a larger context window, ask for shorter answers, or shorten the prompt and the request.';

function noRoom(model: NamedModel, { overhead, room }: { readonly overhead: number; readonly room: number }): Error {
  return failureError({
    code: 'context.too_large',
    message: `The prompt has ${overhead} tokens without any context; model "${model.alias}" has room for ${room} beside its answer.`,
    hint,
    details: { budget: room },
  });
}

interface StoresThrough {
  readonly through: ContextRequest['stores'];
  readonly tellReads: (policy: MemoryQuery['policy']) => void;
}

/** The stores as seen through the memory actor. What was read is told once for each of them. */
function storesThrough({ memory, call }: StepRequest): StoresThrough {
  const read = new Map<StoreName, Map<string, number>>();
  const through = (store: StoreName): NonNullable<ContextRequest['stores'][StoreName]> => ({
    query: async (query) => {
      const items = await readMemory({ memory, call }, store, query);
      const costs = read.get(store) ?? new Map<string, number>();
      for (const { id, token_cost: cost } of items) costs.set(id, cost);
      read.set(store, costs);
      return items;
    },
    stats: (filter) => call.stores[store].stats(filter),
  });
  const [task, project, global] = storeNames;
  return {
    through: { [task]: through(task), [project]: through(project), [global]: through(global) },
    tellReads: (policy) => {
      for (const [store, costs] of read) {
        const tokens = [...costs.values()].reduce((sum, cost) => sum + cost, 0);
        call.tell({ type: 'memory.read', data: { store, policy, items: costs.size, tokens } });
      }
    },
  };
}

function contextFact(
  named: { readonly profile: string; readonly model: string },
  context: ContextPackage,
): EventData<'context.assembled'> {
  const { items, leftOut, rest, tokens, budget, costMode, compressionRatio, fingerprint } = context;
  const missing = leftOut.filter(({ reason }) => reason === 'budget');
  return {
    ...named,
    items: items.filter(({ source }) => source !== 'direct').length,
    compressed: items.filter(({ compressed }) => compressed !== undefined).length,
    leftOut: missing.length + rest.items,
    leftOutTokens: missing.reduce((sum, each) => sum + each.tokens, rest.tokens),
    tokens,
    maxTokens: budget,
    costMode,
    compressionRatio,
    fingerprint,
  };
}
