import { z } from 'zod';
import { neverShown, type MemoryItem } from '../../memory/index.ts';
import { builtInAdapter, type ToolAdapter, type ToolEnvironment, type ToolSpecs } from '../adapter.ts';
import { defaultStore, withStore } from './call-memory.ts';

const Input = z.strictObject({
  query: z.string().min(1).max(1_000).meta({ description: 'Words that what is looked for has in it.' }),
  tags: z.array(z.string().min(1)).max(20).optional().meta({ description: 'Only what has all of these tags.' }),
  limit: z.int().min(1).max(100).optional().meta({ description: 'Default: 5.' }),
});

const Recalled = z.strictObject({
  content: z.string(),
  kind: z.string(),
  source: z.string().meta({ description: 'The agent or stage that it comes from.' }),
  tags: z.array(z.string()),
  importance: z.number(),
  at: z.string().meta({ description: 'When it was kept, in ISO 8601.' }),
});
type Recalled = z.infer<typeof Recalled>;

const Output = z.strictObject({
  items: z.array(Recalled).meta({ description: 'Best first; only what has a word of the query.' }),
  truncated: z.boolean().meta({ description: 'What was found did not fit.' }),
});

const defaultLimit = 5;

export function createRecallTool(spec: ToolSpecs['memory.recall'], environment: ToolEnvironment): ToolAdapter {
  const store = spec.store ?? defaultStore;
  return builtInAdapter({
    name: environment.name,
    description: spec.description ?? 'Finds what was kept earlier, by its words.',
    capabilities: ['deterministic_safe'],
    input: Input,
    output: Output,
    run: async ({ query: text, tags, limit = defaultLimit }, context) => {
      const deny = { kinds: [...neverShown] };
      const query = { text, policy: 'keyword', limit, deny, ...(tags !== undefined && { tags }) } as const;
      const found = await withStore(context, store, async (chosen) => await chosen.query(query));
      return { ok: true, output: fitting(found.map(shown), environment.maxOutputBytes) };
    },
    preview: async () => await Promise.resolve({ not_run: 'dry_run' }),
  });
}

function shown({ content, kind, source, tags, importance, timestamp }: MemoryItem): Recalled {
  return { content, kind, source, tags: [...tags], importance, at: new Date(timestamp).toISOString() };
}

function fitting(items: readonly Recalled[], maxBytes: number): z.infer<typeof Output> {
  const kept: Recalled[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > maxBytes) return { items: kept, truncated: true };
    kept.push(item);
  }
  return { items: kept, truncated: false };
}
