import type { AgentHooks, Tell } from '../../actors/index.ts';
import { failureError } from '../../errors/index.ts';
import type { MemoryItem, PluginSet } from '../../services/index.ts';
import { z } from 'zod';
import type { HookPlace, MemoryView } from '../../services/index.ts';

/** Where hooks are asked, and who is told of what they do. */
export interface HookAsker {
  readonly plugins: PluginSet;
  readonly place: HookPlace;
  readonly tell: Tell;
  readonly signal: AbortSignal;
  readonly estimateTokens: (text: string) => number;
}

type MemoryHooks = Pick<AgentHooks, 'beforeWrite' | 'afterWrite' | 'beforeRead' | 'afterRead'>;

/** A veto has nothing written, or nothing found: the work goes on without. */
export function memoryHooks(asker: HookAsker): MemoryHooks {
  const { plugins } = asker;
  return {
    ...(plugins.has('before_memory') && beforeHooks(asker)),
    ...(plugins.has('after_memory') && afterHooks(asker)),
  };
}

function beforeHooks({
  plugins,
  estimateTokens,
  ...common
}: HookAsker): Pick<MemoryHooks, 'beforeWrite' | 'beforeRead'> {
  return {
    async beforeWrite(store, items) {
      const about = { store, operation: 'write', items: items.map(viewOf) } as const;
      let left = items;
      const outcome = await plugins.run({
        point: 'before_memory',
        about,
        ...common,
        accept({ value, about: now }) {
          const changed = changedItems(left, value, estimateTokens);
          if ('problem' in changed || now.operation !== 'write')
            return 'problem' in changed ? changed : nothingToChange;
          left = changed.items;
          return { about: { ...now, items: left.map(viewOf) } };
        },
      });
      if (outcome.kind === 'go') return left;
      if (outcome.failure.code !== 'plugin.veto') throw failureError(outcome.failure);
      return [];
    },
    async beforeRead(store, { vector: _vector, vectorModel: _model, ...query }) {
      const about = { store, operation: 'read', query } as const;
      const outcome = await plugins.run({ point: 'before_memory', about, ...common, accept: () => nothingToChange });
      if (outcome.kind === 'stop' && outcome.failure.code !== 'plugin.veto') throw failureError(outcome.failure);
      return outcome.kind === 'go';
    },
  };
}

const nothingToChange = { problem: 'only what is written can be changed' };

function afterHooks({ plugins, estimateTokens, ...common }: HookAsker): Pick<MemoryHooks, 'afterWrite' | 'afterRead'> {
  return {
    async afterWrite(store, items) {
      const about = { store, operation: 'write', items: items.map(viewOf) } as const;
      const outcome = await plugins.run({ point: 'after_memory', about, ...common, accept: () => nothingToUnwrite });
      if (outcome.kind === 'stop') throw failureError(outcome.failure);
    },
    async afterRead(store, items) {
      let left = items;
      const outcome = await plugins.run({
        point: 'after_memory',
        about: { store, operation: 'read', items: items.map(viewOf) },
        ...common,
        accept({ value, about }) {
          const changed = changedItems(left, value, estimateTokens);
          if ('problem' in changed) return changed;
          left = changed.items;
          return { about: { ...about, items: left.map(viewOf) } };
        },
      });
      if (outcome.kind === 'stop') throw failureError(outcome.failure);
      return left;
    },
  };
}

const nothingToUnwrite = { problem: 'what was written is written' };

function viewOf({ id, kind, source, tags, content }: MemoryItem): MemoryView {
  return { id, kind, source, tags, content };
}

/** More of an item may be given back: only its text is taken. */
const Changes = z.array(z.object({ id: z.string(), content: z.string() }));

/** The items with the texts that they are given, in their order; none is added. */
function changedItems(
  items: readonly MemoryItem[],
  value: unknown,
  estimateTokens: (text: string) => number,
): { readonly items: readonly MemoryItem[] } | { readonly problem: string } {
  const read = Changes.safeParse(value);
  if (!read.success) return { problem: 'it is no list of ids with contents' };
  const texts = new Map(read.data.map(({ id, content }) => [id, content.toWellFormed()]));
  const stranger = [...texts.keys()].find((id) => items.every((item) => item.id !== id));
  if (stranger !== undefined) return { problem: 'it names an item that is not there' };
  const left = items.flatMap((item) => {
    const content = texts.get(item.id);
    if (content === undefined) return [];
    if (content === item.content) return [item];
    const { embedding: _embedding, ...rest } = item; // that of another text
    return [{ ...rest, content, token_cost: estimateTokens(content) }];
  });
  return { items: left };
}
