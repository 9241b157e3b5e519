import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import { EngineError } from '../../../../src/errors/index.ts';
import { createDisabledStore, createInMemoryStore, type MemoryStore } from '../../../../src/services/memory/index.ts';
import type { CallMemory, ToolCall, ToolOutcome } from '../../../../src/services/tools/index.ts';
import { itemOf } from '../../../contract/memory-store.ts';
import { createToolProject, toolCall, verdict, type ToolProject } from './tool-project.ts';

let project: ToolProject;
let stores: Record<'task_store' | 'project_store' | 'global_store', MemoryStore>;
let clock: number;

beforeEach(() => {
  project = createToolProject();
  stores = {
    task_store: createInMemoryStore(),
    project_store: createInMemoryStore(),
    global_store: createInMemoryStore(),
  };
  clock = Date.UTC(2026, 0, 1);
});

afterEach(async () => await project.remove());

const tools = {
  remember: { type: 'memory.remember' },
  recall: { type: 'memory.recall' },
  remember_turn: { type: 'memory.remember', kind: 'message' },
  remember_project: { type: 'memory.remember', store: 'project_store' },
  recall_project: { type: 'memory.recall', store: 'project_store' },
} as const satisfies Record<string, ToolSpec>;

async function call(tool: string, arguments_: unknown, more: Partial<ToolCall> = {}): Promise<ToolOutcome> {
  const memory: CallMemory = { stores, source: 'stage', now: () => clock };
  const runtime = await project.runtime({ tools });
  return await runtime.call({ ...toolCall(tool, arguments_), memory, ...more });
}

it('finds again what was kept, by its words', async () => {
  await call('remember', { content: 'The cat is grey.', tags: ['pet'], importance: 0.9 }, { idempotencyKey: 'a' });
  clock += 1_000;
  await call('remember', { content: 'The dog is brown.' }, { idempotencyKey: 'b' });
  expect(await call('recall', { query: 'Which cat?' })).toEqual({
    ok: true,
    output: {
      items: [
        {
          content: 'The cat is grey.',
          kind: 'observation',
          source: 'stage',
          tags: ['pet'],
          importance: 0.9,
          at: '2026-01-01T00:00:00.000Z',
        },
      ],
      truncated: false,
    },
  });
});

it('recalls no overrides that are kept as preferences', async () => {
  await stores.task_store.append([itemOf('o', { kind: 'override', content: '{"kind":"verbosity"}' })]);
  expect(await call('recall', { query: 'verbosity' })).toEqual({ ok: true, output: { items: [], truncated: false } });
});

it('keeps as messages what the manifest says are messages', async () => {
  await call('remember_turn', { content: 'Hello.' }, { idempotencyKey: 'a' });
  await call('remember', { content: 'A note.' }, { idempotencyKey: 'b' });
  const found = await stores.task_store.query({ policy: 'recency', kinds: ['message'] });
  expect(found.map(({ content }) => content)).toEqual(['Hello.']);
});

it('keeps each thing in the store that the manifest names', async () => {
  await call('remember', { content: 'mine' }, { idempotencyKey: 'a' });
  await call('remember_project', { content: 'ours' }, { idempotencyKey: 'b' });
  const kept = await Promise.all(
    Object.values(stores).map(async (store) =>
      (await store.query({ policy: 'recency' })).map(({ content }) => content),
    ),
  );
  expect(kept).toEqual([['mine'], ['ours'], []]);
});

it('pins nothing that other tasks are shown', async () => {
  const pinned = { content: 'Look at me.', tags: ['pinned'] };
  expect(await call('remember', pinned)).toMatchObject({ ok: true });
  expect(await call('remember_project', pinned)).toMatchObject({ ok: false, failure: { code: 'tool.invalid_input' } });
  expect(await stores.project_store.stats()).toMatchObject({ items: 0 });
});

it('keeps a thing once when a call runs again', async () => {
  await call('remember', { content: 'first' });
  await call('remember', { content: 'again' });
  expect((await stores.task_store.query({ policy: 'recency' })).map(({ content }) => content)).toEqual(['again']);
});

it('recalls no more than was asked for, with all of the tags, and no more than its output may hold', async () => {
  for (const index of [1, 2, 3]) {
    const tags = index === 2 ? ['even'] : [];
    await call('remember', { content: `note ${'x'.repeat(200)} ${index}`, tags }, { idempotencyKey: String(index) });
  }
  const runtime = await project.runtime({ tools: { recall: { ...tools.recall, max_output_bytes: 700 } } });
  const memory: CallMemory = { stores, source: 'stage', now: () => clock };
  const outcomes = [
    await call('recall', { query: 'note', limit: 2 }),
    await call('recall', { query: 'note', tags: ['even'] }),
    await runtime.call({ ...toolCall('recall', { query: 'note' }), memory }),
  ];
  const counts = outcomes.map((outcome) => (outcome.ok ? JSON.stringify(outcome.output).match(/note/gu)?.length : 0));
  expect(counts).toEqual([2, 1, 2]);
  expect(outcomes[2]).toMatchObject({ output: { truncated: true } });
});

it('lets a safe mode keep things for the task alone', async () => {
  const modes = ['analysis_only', 'dry_run'] as const;
  const outcomes = [];
  for (const mode of modes) {
    outcomes.push(await call('remember', { content: mode }, { mode, idempotencyKey: mode }));
    outcomes.push(await call('remember_project', { content: mode }, { mode, idempotencyKey: mode }));
  }
  const remembered = { content: 'dry_run', tags: [], importance: 0.5 };
  expect(outcomes).toEqual([
    { ok: true, output: { id: 'remembered/analysis_only', store: 'task_store' } },
    { ok: true, output: { not_run: 'analysis_only' }, notRun: 'analysis_only' },
    { ok: true, output: { id: 'remembered/dry_run', store: 'task_store' } },
    {
      ok: true,
      output: { not_run: 'dry_run', would_remember: remembered, store: 'project_store' },
      notRun: 'dry_run',
    },
  ]);
  expect(await stores.project_store.query({ policy: 'recency' })).toEqual([]);
});

it('is told apart from tools that change nothing, so that nothing is recalled before it is kept', async () => {
  const runtime = await project.runtime({ tools });
  expect(runtime.describe().map(({ name, isReadOnly, risk }) => [name, isReadOnly, risk])).toEqual([
    ['remember', false, 'low'],
    ['recall', true, 'low'],
    ['remember_turn', false, 'low'],
    ['remember_project', false, 'medium'],
    ['recall_project', true, 'low'],
  ]);
});

it('fails with the memory when the store does, without the path of its file', async () => {
  const broken: MemoryStore = {
    ...stores.task_store,
    append: async () => {
      throw new EngineError('MEMORY_STORE_UNWRITABLE', 'The memory file "/secret/place" cannot be written.', {
        hint: 'Check its path.',
      });
    },
  };
  const memory: CallMemory = { stores: { ...stores, task_store: broken }, source: 'stage', now: () => clock };
  expect(await call('remember', { content: 'a' }, { memory })).toEqual({
    ok: false,
    failure: {
      code: 'memory.unavailable',
      message: 'The memory store "task_store" failed (MEMORY_STORE_UNWRITABLE).',
      hint: 'Check its path.',
    },
  });
});

it.each([
  ['remember', { content: '' }],
  ['remember', { content: 'x'.repeat(20_000) }],
  ['remember', { content: 'a', importance: 2 }],
  ['remember', { content: 'a', store: 'global_store' }],
  ['recall', { query: '' }],
  ['recall', { query: 'a', limit: 1_000 }],
])('refuses the arguments of %s that do not fit', async (tool, arguments_) => {
  expect(verdict(await call(tool, arguments_))).toBe('tool.invalid_input');
});

it('does not say that something is remembered where nothing is kept', async () => {
  stores.task_store = createDisabledStore();
  expect(await call('remember', { content: 'mine' })).toEqual({
    ok: false,
    failure: {
      code: 'memory.unavailable',
      message: 'The memory store "task_store" keeps nothing, so nothing was remembered.',
      hint: 'Give task_store a type other than disabled in memory.yaml.',
    },
  });
});
