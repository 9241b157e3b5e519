import { assembleContext, type ContextRequest } from '../../src/services/context/index.ts';
import { createInMemoryStore, type MemoryItem } from '../../src/services/memory/index.ts';
import { estimateTokens } from '../../src/services/tokens.ts';
import { measure } from '../support/measure.ts';
import type { Case, Suite } from '../support/suite.ts';

const subjects = ['drill', 'deposit', 'invoice', 'route', 'gateway', 'driver', 'booking', 'alarm', 'badge', 'backup'];
const verbs = ['costs', 'needs', 'replaces', 'waits for', 'is part of', 'stops', 'reports', 'checks'];

/** A text of about 60 words that shares some of them with others. */
function contentOf(id: number): string {
  return Array.from({ length: 8 }, (_, at) => {
    const subject = subjects[(id * 7 + at * 3) % subjects.length];
    const verb = verbs[(id + at) % verbs.length];
    return `The ${subject} of site ${id % 977} ${verb} part ${(id * 31 + at) % 4_001}.`;
  }).join(' ');
}

function itemOf(id: number): MemoryItem {
  const content = contentOf(id);
  const kind = id % 20 === 0 ? 'message' : 'chunk';
  const facts = { source: `s${id % 50}`, timestamp: id, tags: [], importance: (id % 11) / 10, metadata: {} };
  return { id: `i${id}`, kind, ...facts, token_cost: estimateTokens(content), content };
}

function caseOf(policy: 'recency' | 'keyword' | 'hybrid'): Case {
  return {
    measure: async ({ size }) => {
      const store = createInMemoryStore({ maxMessages: size });
      await store.append(Array.from({ length: size }, (_, id) => itemOf(id)));
      const request: ContextRequest = {
        profile: { max_tokens: 6_000, sources: ['project_store'], retrieval_policy: policy },
        stores: { project_store: store },
        question: { text: 'What does the drill of site 12 cost, and which gateway stops the alarm?' },
        pinned: [{ source: 'task', text: 'Answer in one sentence.' }],
        direct: 'The question came in by mail.',
        maxTokens: 100_000,
        count: estimateTokens,
      };
      const { items } = await assembleContext(request); // and the indexes of the store are warm
      if (items.length < 10) throw new Error('The context is empty.');
      const { cpuUs, wallUs } = await measure(1, async () => {
        await assembleContext(request);
      });
      return { cpu: cpuUs / 1_000, wall: wallUs / 1_000 };
    },
  };
}

/** A context of 6,000 tokens put together from a store in memory whose indexes are made. */
export const context: Suite = {
  title: 'A context assembled from a warm store',
  counts: 'items',
  sizes: [1_000, 10_000, 100_000],
  quickSizes: [1_000, 10_000],
  growth: [10_000, 100_000],
  figures: { cpu: 'CPU ms a context', wall: 'wall ms a context' },
  cases: {
    'Agent Engine, recency': caseOf('recency'),
    'Agent Engine, keyword': caseOf('keyword'),
    'Agent Engine, hybrid': caseOf('hybrid'),
  },
};
