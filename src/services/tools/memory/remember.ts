import { z } from 'zod';
import { estimateTokens } from '../../tokens.ts';
import type { MemoryItem } from '../../memory/index.ts';
import {
  builtInAdapter,
  type CallContext,
  type ToolAdapter,
  type ToolEnvironment,
  type ToolSpecs,
} from '../adapter.ts';
import type { Failure } from '../../../errors/index.ts';
import type { StoreName, ToolCapability } from '../../../manifest/index.ts';
import type { JsonValue } from '../json-value.ts';
import { defaultStore, withStore } from './call-memory.ts';

const Input = z.strictObject({
  content: z.string().min(1).max(16_384).meta({ description: 'What is worth remembering, in words of its own.' }),
  tags: z
    .array(z.string().min(1).max(100))
    .max(20)
    .optional()
    .meta({ description: 'Words to find it by.', examples: [['decision']] }),
  importance: z.number().min(0).max(1).optional().meta({ description: 'From 0 to 1. Default: 0.5.' }),
});
type Input = z.infer<typeof Input>;

const Output = z.strictObject({ id: z.string(), store: z.string() });

/** What a task remembers for itself ends with it; in the other stores other tasks find it, so safe modes keep it out. */
const capabilities: Readonly<Record<string, readonly ToolCapability[]>> = { task_store: ['deterministic_safe'] };

export function createRememberTool(spec: ToolSpecs['memory.remember'], environment: ToolEnvironment): ToolAdapter {
  const { store = defaultStore, kind = 'observation' } = spec;
  return builtInAdapter({
    name: environment.name,
    description: spec.description ?? 'Keeps something worth remembering, to be found again later.',
    capabilities: capabilities[store] ?? ['workspace_mutation'],
    isReadOnly: false,
    input: Input,
    output: Output,
    run: async (input, context) => {
      if (isPinning(input, store)) return { ok: false, failure: mayNotPin };
      const item = { ...itemOf(input, context), kind };
      const isKept = await withStore(context, store, async (chosen) => {
        await chosen.append([item]);
        return (await chosen.get(item.id)) !== undefined || (await chosen.stats()).items > 0;
      });
      if (!isKept) return { ok: false, failure: keptNothing(store) };
      return { ok: true, output: { id: item.id, store } };
    },
    preview: async (input) => await Promise.resolve({ not_run: 'dry_run', would_remember: shown(input), store }),
  });
}

/** What is pinned is shown to every agent and never cut: one task could fill the contexts of all that come after it. */
function isPinning({ tags = [] }: Input, store: StoreName): boolean {
  return store !== 'task_store' && tags.includes('pinned');
}

const mayNotPin: Failure = {
  code: 'tool.invalid_input',
  message: 'The tag "pinned" is for people: a tool may give it to nothing that other tasks see.',
  hint: 'Leave the tag out.',
};

/** What takes everything and keeps nothing is no memory. */
function keptNothing(store: StoreName): Failure {
  return {
    code: 'memory.unavailable',
    message: `The memory store "${store}" keeps nothing, so nothing was remembered.`,
    hint: `Give ${store} a type other than disabled in memory.yaml.`,
  };
}

function shown({ content, tags = [], importance = 0.5 }: Input): JsonValue {
  return { content, tags, importance };
}

/** A call that runs again after an interruption replaces what it kept before. */
function itemOf(
  { content, tags = [], importance = 0.5 }: Input,
  { memory, idempotencyKey }: CallContext,
): Omit<MemoryItem, 'kind'> {
  return {
    id: `remembered/${idempotencyKey}`,
    source: memory?.source ?? '',
    timestamp: memory?.now() ?? 0,
    tags,
    importance,
    token_cost: estimateTokens(content),
    content,
    metadata: {},
  };
}
