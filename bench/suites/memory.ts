import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  createFileStore,
  createInMemoryStore,
  createSqliteStore,
  encodeVector,
  type MemoryItem,
  type MemoryQuery,
  type MemoryStore,
} from '../../src/services/memory/index.ts';
import { costOf, measure, medianOf, type Cost } from '../support/measure.ts';
import { isRecord } from '../support/peer.ts';
import type { Case, CaseSetting, Figures, Suite } from '../support/suite.ts';

const wordsPerItem = 30;
const vocabulary = 20_000;
const dimensions = 256;
const batch = 100;

/** Numbers from 0 to 1, the same in every run. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Words as languages use them: a few in nearly every text, most in hardly any. */
function wordFrom(random: () => number): string {
  return `w${Math.floor(vocabulary ** random()).toString(36)}`;
}

function itemsOf(count: number, { withVectors = false, prefix = 'item' } = {}): MemoryItem[] {
  const random = createRandom();
  return Array.from({ length: count }, (_, index): MemoryItem => {
    const content = Array.from({ length: wordsPerItem }, () => wordFrom(random)).join(' ');
    const vector = withVectors ? encodeVector(new Float32Array(dimensions).map(() => random() - 0.5)) : undefined;
    return {
      id: `${prefix}-${index}`,
      kind: index % 3 === 0 ? 'message' : 'chunk',
      source: 'bench',
      timestamp: Math.floor(random() * 1e9),
      tags: [],
      importance: Math.floor(random() * 10) / 10,
      token_cost: 40,
      content,
      metadata: {},
      ...(vector !== undefined && { embedding: { model: 'bench', vector } }),
    };
  });
}

const milliseconds = ({ cpuUs, wallUs }: Cost): Figures => ({ cpu: cpuUs / 1_000, wall: wallUs / 1_000 });

function check(isRight: boolean): void {
  if (!isRight) throw new Error('The store did not hold what was written.');
}

type Open = (directory: string) => MemoryStore;
const json: Open = (directory) => createFileStore({ file: path.join(directory, 'memory.json') });
const sqlite: Open = (directory) => createSqliteStore({ file: path.join(directory, 'memory.sqlite') });

/** What a new process waits for before its first answer. */
function opening(open: Open): Case {
  return {
    measure: async ({ size, directory }) => {
      const writer = open(directory);
      await writer.append(itemsOf(size));
      await writer.close();
      const costs: Cost[] = [];
      for (let run = 0; run < 5; run += 1) {
        const store = open(directory);
        costs.push(await costOf(1, async () => check((await store.stats()).items === size)));
        await store.close();
      }
      return milliseconds(medianOf(costs));
    },
  };
}

const bareOpening: Case = {
  measure: async ({ size, directory }) => {
    const writer = json(directory);
    await writer.append(itemsOf(size));
    await writer.close();
    const read = async (): Promise<void> => {
      const value: unknown = JSON.parse(await readFile(path.join(directory, 'memory.json'), 'utf8'));
      check(isRecord(value) && Array.isArray(value['items']) && value['items'].length === size);
    };
    const costs: Cost[] = [];
    for (let run = 0; run < 5; run += 1) costs.push(await costOf(1, read));
    return milliseconds(medianOf(costs));
  },
};

/** Batches of a hundred items onto what is there already, each awaited; per item. */
function appending(open: Open): Case {
  return {
    measure: async ({ size, directory, isQuick }: CaseSetting) => {
      const store = open(directory);
      await store.append(itemsOf(size));
      const costs: Cost[] = [];
      for (let run = 0; run < (isQuick ? 3 : 7); run += 1) {
        const items = itemsOf(batch, { prefix: `run-${run}` });
        costs.push(await costOf(batch, () => store.append(items)));
      }
      check((await store.stats()).items === size + costs.length * batch);
      await store.close();
      const { cpuUs, wallUs } = medianOf(costs);
      return { cpu: cpuUs, wall: wallUs };
    },
  };
}

const text = 'w0 w1 w2 w3 w5 w8 wd wl wy w1a w2b w5z wa0 wfff';
const vector = new Float32Array(dimensions).map(createRandom());

function querying(query: MemoryQuery, withVectors = false): Case {
  return {
    measure: async ({ size }) => {
      const store = createInMemoryStore({ maxMessages: size });
      await store.append(itemsOf(size, { withVectors }));
      const ask = async (): Promise<void> => check((await store.query({ ...query, maxTokens: 4_000 })).length > 0);
      const first = await costOf(1, ask);
      return { ...milliseconds(await measure(1, ask)), first: first.cpuUs / 1_000 };
    },
  };
}

const bareQuery: Case = {
  measure: async ({ size }) => {
    const items = itemsOf(size);
    const sought = text.split(' ');
    const ask = (): void => {
      const scored = items.map((item) => ({
        item,
        score: sought.filter((word) => item.content.includes(word)).length,
      }));
      check(scored.toSorted((left, right) => right.score - left.score).slice(0, 100).length > 0);
    };
    return milliseconds(await measure(1, ask));
  },
};

const figures = { cpu: 'CPU ms', wall: 'wall ms' };
const sizes = { counts: 'items', sizes: [1_000, 10_000, 100_000], quickSizes: [1_000, 10_000] } as const;

export const memoryOpen: Suite = {
  ...sizes,
  title: 'Memory stores, from nothing to the first answer',
  growth: [10_000, 100_000],
  figures,
  cases: {
    'readFile and JSON.parse': bareOpening,
    'Agent Engine, file_json': opening(json),
    'Agent Engine, sqlite': opening(sqlite),
  },
};

export const memoryAppend: Suite = {
  ...sizes,
  title: 'Memory stores, a hundred items appended to those that are there',
  growth: [10_000, 100_000],
  figures: { cpu: 'CPU µs per item', wall: 'wall µs per item' },
  cases: {
    'Agent Engine, in_memory': appending(() => createInMemoryStore({ maxMessages: 1_000_000 })),
    'Agent Engine, file_json': appending(json),
    'Agent Engine, sqlite': appending(sqlite),
  },
};

export const memoryQuery: Suite = {
  ...sizes,
  title: 'Memory queries, the best 4,000 tokens',
  growth: [10_000, 100_000],
  figures: { ...figures, first: 'CPU ms of the first query' },
  cases: {
    'bare loop over all words': bareQuery,
    'Agent Engine, recency': querying({ policy: 'recency' }),
    'Agent Engine, importance': querying({ policy: 'importance' }),
    'Agent Engine, keyword': querying({ policy: 'keyword', text }),
    'Agent Engine, semantic': querying({ policy: 'semantic', vector }, true),
    'Agent Engine, hybrid without vectors': querying({ policy: 'hybrid', text }),
    'Agent Engine, hybrid': querying({ policy: 'hybrid', text, vector }, true),
  },
};
