import fc from 'fast-check';
import type { ContextProfileSpec } from '../../src/manifest/index.ts';
import type { MemoryItem } from '../../src/services/memory/index.ts';

/** What an agent is asked and what its stores hold, at random. */
export interface RandomContext {
  readonly profile: ContextProfileSpec;
  readonly project: readonly MemoryItem[];
  readonly task: readonly MemoryItem[];
  readonly input: string;
  readonly request: string;
  readonly window: number;
  readonly output: number;
  readonly model: 'scripted' | 'gpt-5.1' | 'gpt-4';
}

const words = [
  'loan',
  'drill',
  'deposit',
  '20',
  'Berlin',
  'the',
  'of',
  'returns',
  'Müller',
  'склад',
  '図書館',
  '🚀',
  'API',
];
const word = fc.constantFrom(...words);
const sentence = fc.array(word, { minLength: 1, maxLength: 12 }).map((each) => `${each.join(' ')}.`);
/** Long ones are as likely as short ones. */
const prose = fc
  .tuple(fc.array(sentence, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 16 }))
  .map(([each, times]) =>
    Array.from({ length: times }, (_, round) => each.map((one) => `${round} ${one}`).join(' ')).join(' '),
  );
const list = fc
  .array(sentence, { minLength: 1, maxLength: 20 })
  .map((each) => `# List\n\n${each.map((one) => `- ${one}`).join('\n')}`);
const json = fc
  .array(fc.record({ id: fc.nat(), name: word, note: sentence }), { maxLength: 25 })
  .map((each) => JSON.stringify({ rows: each, total: each.length }, null, 2));
const code = fc
  .array(word, { minLength: 2, maxLength: 12 })
  .map((each) => each.map((one, at) => `function f${at}(x) {\n  return x + "${one}";\n}\n`).join('\n'));
const blob = fc.nat({ max: 900 }).map((length) => 'x'.repeat(length));
const content = fc.oneof(prose, list, json, code, blob, sentence);

const kind = fc.constantFrom('message', 'note', 'note', 'chunk', 'observation', 'preference', 'decision', 'constraint');

const item = fc.record({
  kind,
  content,
  timestamp: fc.nat({ max: 20 }),
  importance: fc.constantFrom(0, 0.5, 1),
  isPinned: fc.integer({ min: 0, max: 12 }).map((number) => number === 0),
});

const items = fc.array(item, { maxLength: 14 }).map((each) =>
  each.map(({ isPinned, ...facts }, at): MemoryItem => ({
    ...facts,
    id: `i${at}`,
    source: `s${at % 3}`,
    tags: isPinned ? ['pinned'] : [],
    token_cost: Math.ceil(facts.content.length / 4),
    metadata: {},
  })),
);

export const randomContext: fc.Arbitrary<RandomContext> = fc.record({
  profile: fc.record({
    max_tokens: fc.integer({ min: 20, max: 2_500 }),
    sources: fc.constantFrom(['task_store' as const], ['task_store' as const, 'project_store' as const]),
    retrieval_policy: fc.constantFrom('recency' as const, 'importance' as const, 'keyword' as const, 'hybrid' as const),
    cost_mode: fc.constantFrom('cheap' as const, 'balanced' as const, 'max_quality' as const),
    k_recent_messages: fc.nat({ max: 4 }),
    include_observations: fc.boolean(),
  }),
  project: items,
  task: items,
  input: fc.oneof(fc.constant(''), content),
  request: sentence,
  window: fc.integer({ min: 256, max: 5_000 }),
  output: fc.integer({ min: 10, max: 200 }),
  model: fc.constantFrom(
    'scripted' as const,
    'scripted' as const,
    'scripted' as const,
    'gpt-5.1' as const,
    'gpt-4' as const,
  ),
});
