import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { failureOf } from '../../../../src/errors/index.ts';
import { assembleContext, type ContextRequest, type PackageItem } from '../../../../src/services/context/index.ts';
import { createDisabledStore, createInMemoryStore, type MemoryItem } from '../../../../src/services/memory/index.ts';
import { itemOf } from '../../../contract/memory-store.ts';

/** A text of so many tokens. */
const textOf = (tokens: number, letter = 'x'): string => letter.repeat(tokens * 4);

const note = (id: string, changes: Partial<MemoryItem> = {}): MemoryItem => itemOf(id, { kind: 'note', ...changes });

async function requestWith(
  items: readonly MemoryItem[],
  changes: Partial<ContextRequest> = {},
): Promise<ContextRequest> {
  const store = createInMemoryStore();
  await store.append(items);
  return {
    profile: { max_tokens: 100, sources: ['task_store'] },
    stores: { task_store: store },
    query: '',
    pinned: [],
    direct: '',
    maxTokens: 1_000,
    ...changes,
  };
}

const show = (items: readonly PackageItem[]): string[] =>
  items.map(({ place, source, text, tokens }) => `${place} ${source} ${text} ${tokens}`);

it('is an empty package when there is nothing to show', async () => {
  expect(await assembleContext(await requestWith([]))).toEqual({
    items: [],
    leftOut: [],
    tokens: 0,
    fingerprint: createHash('sha256').update('[]').digest('hex'),
  });
});

it('puts pinned texts first, memory in the middle, the newest turn and the direct input last', async () => {
  const items = [
    itemOf('m3', { timestamp: 5, content: 'third' }),
    itemOf('m1', { timestamp: 1, content: 'first' }),
    itemOf('m2', { timestamp: 3, content: 'second' }),
    note('n1', { timestamp: 9, content: 'note', source: 'review' }),
    note('n2', { timestamp: 2, content: 'old note' }),
  ];
  const pinned = [{ source: 'summary', text: 'the task' }];
  const {
    items: shown,
    leftOut,
    tokens,
  } = await assembleContext(await requestWith(items, { pinned, direct: 'input' }));
  expect(show(shown)).toEqual([
    'head summary the task 2',
    'middle task_store/gather first 2',
    'middle task_store/gather old note 2',
    'middle task_store/review note 1',
    'tail task_store/gather second 2',
    'tail task_store/gather third 2',
    'tail direct input 2',
  ]);
  expect([leftOut, tokens]).toEqual([[], 13]);
});

it('fills the budget by policy, counts what is left out and says so in a marker', async () => {
  const items = [1, 2, 3, 4].map((number) =>
    note(`n${number}`, { timestamp: number, content: textOf(32, String(number)) }),
  );
  const { items: shown, leftOut, tokens } = await assembleContext(await requestWith(items));
  expect(show(shown)).toEqual([
    'middle left_out [… 2 items, 64 tokens left out] 8',
    `middle task_store/gather ${textOf(32, '3')} 32`,
    `middle task_store/gather ${textOf(32, '4')} 32`,
  ]);
  expect(leftOut).toEqual([1, 2].map(() => ({ source: 'task_store/gather', tokens: 32, reason: 'budget' })));
  expect(tokens).toBe(72);
});

it('needs no marker when everything fits to the last token', async () => {
  const items = [1, 2, 3, 4].map((number) =>
    note(`n${number}`, { timestamp: number, content: textOf(25, String(number)) }),
  );
  const { items: shown, tokens } = await assembleContext(await requestWith(items));
  expect(shown.map(({ tokens: each }) => each)).toEqual([25, 25, 25, 25]);
  expect(tokens).toBe(100);
});

it('passes over what is too large and takes what fits after it', async () => {
  const items = [
    note('large', { timestamp: 2, content: textOf(1_000) }),
    note('small', { timestamp: 1, content: 'small' }),
  ];
  const { items: shown } = await assembleContext(await requestWith(items));
  expect(show(shown)).toEqual([
    'middle left_out [… 1 item, 1,000 tokens left out] 9',
    'middle task_store/gather small 2',
  ]);
});

it('leaves out the marker, but not the count, when there is no room for it', async () => {
  const request = await requestWith([note('n', { content: textOf(50) })], { direct: textOf(98) });
  const { items, leftOut } = await assembleContext(request);
  expect(items.map(({ source }) => source)).toEqual(['direct']);
  expect(leftOut).toEqual([{ source: 'task_store/gather', tokens: 50, reason: 'budget' }]);
});

it('never goes beyond the budget, whatever its parts', async () => {
  for (let direct = 0; direct <= 120; direct += 7) {
    const items = [5, 11, 23, 31, 47].map((tokens, index) =>
      itemOf(`i${index}`, { content: textOf(tokens, String(index)) }),
    );
    const request = await requestWith(items, {
      direct: textOf(direct, 'd'),
      pinned: [{ source: 'p', text: textOf(13) }],
    });
    const { items: shown, tokens } = await assembleContext(request);
    expect(tokens).toBe(shown.reduce((sum, item) => sum + Math.ceil(item.text.length / 4), 0));
    expect(tokens).toBeLessThanOrEqual(100);
  }
});

it('takes the smaller of what the profile allows and what the model has room for', async () => {
  const items = [note('n', { content: textOf(40) })];
  const { items: shown } = await assembleContext(await requestWith(items, { maxTokens: 39 }));
  expect(shown.map(({ source }) => source)).toEqual(['left_out']);
});

it('asks each source of the profile once, and no other store', async () => {
  const project = createInMemoryStore();
  await project.append([note('p', { content: 'project', timestamp: 7 })]);
  const request = await requestWith([note('t', { content: 'task', timestamp: 8 })]);
  const sources: ContextRequest['profile']['sources'] = [
    'project_store',
    'task_store',
    'project_store',
    'global_store',
  ];
  const stores = { ...request.stores, project_store: project, global_store: createDisabledStore() };
  const both = await assembleContext({ ...request, stores, profile: { max_tokens: 100, sources } });
  expect(show(both.items)).toEqual(['middle project_store/gather project 2', 'middle task_store/gather task 1']);
  const one = await assembleContext({ ...request, stores, profile: { max_tokens: 100, sources: ['global_store'] } });
  expect(one.items).toEqual([]);
});

it('shows by keyword what has to do with the query, and the newest turn', async () => {
  const items = [
    note('a', { content: 'the parser is slow' }),
    note('b', { content: 'the weather is fine' }),
    itemOf('m', { content: 'hello', timestamp: 1 }),
  ];
  const profile = { max_tokens: 100, sources: ['task_store'], retrieval_policy: 'keyword' } as const;
  const request = await requestWith(items, { query: 'Why so slow, parser?' });
  const { items: shown } = await assembleContext({
    ...request,
    profile: { ...profile, sources: [...profile.sources] },
  });
  expect(shown.map(({ text }) => text)).toEqual(['the parser is slow', 'hello']);
});

it('shows a text once', async () => {
  const items = [note('a', { content: 'same' }), note('b', { content: 'same' }), note('c', { content: 'pinned' })];
  const request = await requestWith(items, { pinned: [{ source: 'p', text: 'pinned' }] });
  const { items: shown, leftOut } = await assembleContext(request);
  expect(shown.map(({ text }) => text)).toEqual(['pinned', 'same']);
  expect(leftOut).toEqual([
    { source: 'task_store/gather', tokens: 1, reason: 'duplicate' },
    { source: 'task_store/gather', tokens: 2, reason: 'duplicate' },
  ]);
});

it('cuts the end of a direct input that is too large, between words', async () => {
  const direct = 'word '.repeat(200);
  const { items, leftOut, tokens } = await assembleContext(await requestWith([], { direct }));
  const kept = 'word '.repeat(75).trim();
  expect(items.map(({ text }) => text)).toEqual([`${kept}\n[… 156 tokens left out]`]);
  expect(leftOut).toEqual([{ source: 'direct', tokens: 156, reason: 'shortened' }]);
  expect(tokens).toBeLessThanOrEqual(100);
});

it('never cuts a character in two', async () => {
  const { items } = await assembleContext(await requestWith([], { direct: `x${'\uD83D\uDE80'.repeat(400)}` }));
  expect(items[0]?.text.startsWith('x\uD83D\uDE80')).toBe(true);
  expect(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(items[0]?.text ?? '')).toBe(false);
});

it.each([
  [101, '', 'The pinned context has 101 tokens; the budget is 100.'],
  [96, textOf(9), 'The pinned context has 96 tokens and leaves no room for the input; the budget is 100.'],
])('fails when %i pinned tokens leave no room', async (tokens, direct, message) => {
  const request = await requestWith([], { pinned: [{ source: 'p', text: textOf(tokens) }], direct });
  const failure = await assembleContext(request).catch((error: unknown) => failureOf(error));
  expect(failure).toEqual({
    code: 'context.too_large',
    message,
    hint: 'Raise max_tokens of the context profile, use a model with a larger context window, or pin less.',
    details: { budget: 100 },
  });
});

it('gives the same package for the same stores, in whatever order they were filled', async () => {
  const items = Array.from({ length: 20 }, (_, index) => note(`n${index}`, { content: textOf(7, String(index % 10)) }));
  const profile = { max_tokens: 60, sources: ['task_store' as const], retrieval_policy: 'hybrid' as const };
  const [first, second] = await Promise.all(
    [items, items.toReversed()].map(async (each) =>
      assembleContext(await requestWith(each, { profile, query: '000' })),
    ),
  );
  expect(second).toEqual(first);
  const other = await assembleContext(await requestWith(items, { profile, query: '000', direct: 'more' }));
  expect(other.fingerprint === first?.fingerprint).toBe(false);
});
