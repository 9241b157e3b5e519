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
    question: { text: '' },
    count: (text) => Math.ceil(text.length / 4),
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
    rest: { items: 0, tokens: 0 },
    denied: { items: 0, tokens: 0, by: [] },
    stores: ['task_store'],
    policy: 'recency',
    tokens: 0,
    budget: 100,
    costMode: 'balanced',
    compressionRatio: 1,
    fingerprint: createHash('sha256').update('["balanced",[]]').digest('hex'),
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
  expect(leftOut).toEqual([
    { source: 'task_store/gather', tokens: 32, reason: 'budget', begins: `${'2'.repeat(80)}…`, id: 'n2', rank: 3 },
    { source: 'task_store/gather', tokens: 32, reason: 'budget', begins: `${'1'.repeat(80)}…`, id: 'n1', rank: 4 },
  ]);
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
  expect(leftOut).toMatchObject([{ source: 'task_store/gather', tokens: 50, reason: 'budget', id: 'n', rank: 1 }]);
});

it('never goes beyond the budget, whatever its parts', async () => {
  for (let direct = 0; direct <= 120; direct += 7) {
    const items = [5, 11, 23, 31, 47].map((tokens, index) =>
      itemOf(`i${index}`, { content: textOf(tokens, String(index)) }),
    );
    const request = await requestWith(items, {
      direct: 'dog '.repeat(direct),
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
  const request = await requestWith(items, { question: { text: 'Why so slow, parser?' } });
  const { items: shown } = await assembleContext({
    ...request,
    profile: { ...profile, sources: [...profile.sources] },
  });
  // The marker tells of the weather, which nobody asked for.
  expect(shown.map(({ text }) => text)).toEqual(['[… 1 item, 10 tokens left out]', 'the parser is slow', 'hello']);
});

it('shows a text once', async () => {
  const items = [note('a', { content: 'same' }), note('b', { content: 'same' }), note('c', { content: 'pinned' })];
  const request = await requestWith(items, { pinned: [{ source: 'p', text: 'pinned' }] });
  const { items: shown, leftOut } = await assembleContext(request);
  expect(shown.map(({ text }) => text)).toEqual(['pinned', 'same']);
  expect(leftOut).toEqual([
    { source: 'task_store/gather', tokens: 1, reason: 'duplicate', begins: 'same', id: 'b', rank: 2 },
    { source: 'task_store/gather', tokens: 2, reason: 'duplicate', begins: 'pinned', id: 'c', rank: 3 },
  ]);
});

it('cuts the end of a direct input that has no sentences, between words', async () => {
  const direct = 'word '.repeat(200);
  const { items, leftOut, tokens, compressionRatio } = await assembleContext(await requestWith([], { direct }));
  const kept = 'word '.repeat(73).trim();
  const omitted = { items: 127, tokens: 159 };
  expect(items).toEqual([
    {
      source: 'direct',
      text: `${kept}\n[… 127 items, 159 tokens left out]`,
      tokens: 100,
      place: 'tail',
      compressed: { from: 250, omitted },
    },
  ]);
  expect([leftOut, tokens, compressionRatio]).toEqual([[], 100, 0.4]);
});

it('never cuts a character in two', async () => {
  const { items } = await assembleContext(await requestWith([], { direct: `x${'\uD83D\uDE80'.repeat(400)}` }));
  expect(items[0]?.text.startsWith('x\uD83D\uDE80')).toBe(true);
  expect(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(items[0]?.text ?? '')).toBe(false);
});

it('pins decisions, constraints and what is tagged, in any store of the profile', async () => {
  const project = createInMemoryStore();
  await project.append([note('c', { kind: 'constraint', tags: ['pinned'], content: 'no network', timestamp: 2 })]);
  const request = await requestWith([
    note('d', { kind: 'decision', content: 'use SQLite', timestamp: 3 }),
    note('p', { tags: ['pinned'], content: 'ask first', timestamp: 1 }),
    note('n', { content: textOf(200) }),
  ]);
  const stores = { ...request.stores, project_store: project };
  const profile = { max_tokens: 100, sources: ['project_store' as const, 'task_store' as const] };
  const { items } = await assembleContext({ ...request, stores, profile });
  expect(items.filter(({ place }) => place === 'head').map(({ text }) => text)).toEqual([
    'ask first',
    'no network',
    'use SQLite',
  ]);
});

it.each([
  [{ deny: { kinds: ['decision'] } }, 'kind decision', ['message', 'chunk', 'preference', 'observation', 'note']],
  [{ deny: { tags: ['secret'] } }, 'tag secret', ['message', 'chunk', 'preference', 'observation', 'decision']],
  [{ deny: { sources: ['shell'] } }, 'source shell', ['message', 'chunk', 'preference', 'decision', 'note']],
  [
    { include_task_history: false },
    'kind message, kind stage_output',
    ['chunk', 'preference', 'observation', 'decision', 'note'],
  ],
  [
    { include_project_docs: false },
    'kind document, kind chunk',
    ['message', 'preference', 'observation', 'decision', 'note'],
  ],
  [{ include_preferences: false }, 'kind preference', ['message', 'chunk', 'observation', 'decision', 'note']],
  [{ include_observations: false }, 'kind observation', ['message', 'chunk', 'preference', 'decision', 'note']],
])('shows nothing that %j denies, and counts it by itself', async (denial, by, shown) => {
  const request = await requestWith([
    itemOf('message', { content: 'message' }),
    note('chunk', { kind: 'chunk', content: 'chunk' }),
    note('preference', { kind: 'preference', content: 'preference' }),
    note('observation', { kind: 'observation', content: 'observation', source: 'shell' }),
    note('decision', { kind: 'decision', content: 'decision' }),
    note('note', { content: 'note', tags: ['secret'] }),
  ]);
  const context = await assembleContext({ ...request, profile: { ...request.profile, ...denial } });
  const { items, leftOut, rest, denied } = context;
  expect(items.map(({ text }) => text).toSorted()).toEqual(shown.toSorted());
  expect([denied.items, denied.by.join(', ')]).toEqual([1, by]);
  expect([leftOut, rest]).toEqual([[], { items: 0, tokens: 0 }]);
});

it('neither shows nor counts overrides that a store holds: the engine goes by them', async () => {
  const preference = note('o', { kind: 'override', tags: ['pinned'], content: '{"kind":"verbosity"}' });
  const context = await assembleContext(await requestWith([preference, note('n', { content: 'note' })]));
  expect(context.items.map(({ text }) => text)).toEqual(['note']);
  expect([context.rest.items, context.denied.items]).toEqual([0, 0]);
});

const said = (id: string, tags: readonly string[]): MemoryItem => itemOf(id, { tags, content: id });

it('shows of the project only what has all tags of the task, where the profile says so, and what is pinned', async () => {
  const request = await requestWith([itemOf('mine', { tags: ['reply'], content: 'of the task itself' })]);
  const project = createInMemoryStore();
  await project.append([
    said('ada', ['ada']),
    said('ada, long', ['ada', 'long']),
    said('ben', ['ben']),
    said('pinned', ['pinned']),
  ]);
  const shownTo = async (tags: readonly string[], match_task_tags?: boolean): Promise<unknown> => {
    const { items, rest, denied } = await assembleContext({
      ...request,
      tags,
      stores: { ...request.stores, project_store: project },
      profile: {
        max_tokens: 100,
        sources: ['task_store', 'project_store'],
        k_recent_messages: 1,
        ...(match_task_tags !== undefined && { match_task_tags }),
      },
    });
    expect(denied.by).toEqual(denied.items === 0 ? [] : tags.map((tag) => `no tag ${tag}`));
    return [items.map(({ text }) => text).toSorted(), rest.items, denied.items];
  };
  const all = ['ada', 'ada, long', 'ben', 'of the task itself', 'pinned'];
  expect(await shownTo(['ada'], true)).toEqual([['ada', 'ada, long', 'of the task itself', 'pinned'], 0, 1]);
  expect(await shownTo(['ada', 'long'], true)).toEqual([['ada, long', 'of the task itself', 'pinned'], 0, 2]);
  expect(await shownTo([], true)).toEqual([all, 0, 0]);
  expect(await shownTo(['ada'], false)).toEqual([all, 0, 0]);
  expect(await shownTo(['ada'])).toEqual([all, 0, 0]);
});

it.each([
  [0, []],
  [1, ['m3']],
  [3, ['m1', 'm2', 'm3']],
])('always shows the last %i messages', async (messages, ids) => {
  const items = [1, 2, 3].map((at) => itemOf(`m${at}`, { timestamp: at, content: `turn ${at}` }));
  const request = await requestWith([...items, note('n', { importance: 1, content: textOf(300) })]);
  const profile = { ...request.profile, k_recent_messages: messages, retrieval_policy: 'importance' as const };
  const { items: shown } = await assembleContext({ ...request, profile });
  expect(shown.filter(({ place }) => place === 'tail').map(({ id }) => id)).toEqual(ids);
});

const prose = (name: string, sentences = 30): string =>
  Array.from({ length: sentences }, (_, at) => `Sentence ${at} of ${name} speaks of things that fill a page.`).join(
    ' ',
  );

it.each([
  ['cheap', 8],
  ['balanced', 4],
  ['max_quality', 2],
] as const)('shortens before it leaves out: with cost mode %s, %i texts are shown', async (mode, count) => {
  const items = Array.from({ length: 8 }, (_, at) =>
    note(`n${at}`, { timestamp: at, content: prose(`text ${at}`, 100) }),
  );
  const request = await requestWith(items, { maxTokens: 2_000 });
  const profile = { max_tokens: 2_000, sources: ['task_store' as const], cost_mode: mode };
  const { items: shown, tokens, rest } = await assembleContext({ ...request, profile });
  const texts = shown.filter(({ id }) => id !== undefined);
  expect(texts.length).toBe(count);
  // What ranks lowest, which is the oldest here, goes first.
  expect(texts.map(({ id }) => id)).toEqual(items.slice(-count).map(({ id }) => id));
  expect(texts.every(({ compressed }) => compressed !== undefined)).toBe(true);
  expect(tokens).toBeLessThanOrEqual(2_000);
  expect(rest).toEqual({ items: 0, tokens: 0 });
});

it('takes decisions of the whole project for what they are: pinned only when they are tagged', async () => {
  const request = await requestWith([]);
  const project = createInMemoryStore();
  await project.append([note('d', { kind: 'decision', content: 'one of many' })]);
  const profile = { max_tokens: 100, sources: ['project_store' as const] };
  const { items } = await assembleContext({ ...request, stores: { project_store: project }, profile });
  expect(show(items)).toEqual(['middle project_store/gather one of many 3']);
});

it('shortens messages before it leaves out the input, and never what is pinned', async () => {
  const request = await requestWith(
    [itemOf('m1', { timestamp: 1, content: prose('old') }), itemOf('m2', { timestamp: 2, content: prose('new') })],
    { pinned: [{ source: 'p', text: textOf(40) }], direct: 'The question.' },
  );
  const { items, leftOut } = await assembleContext({ ...request, profile: { ...request.profile, max_tokens: 250 } });
  expect(items.map(({ source, id, compressed }) => [source, id, compressed !== undefined])).toEqual([
    ['p', undefined, false],
    ['left_out', undefined, false],
    ['task_store/gather', 'm2', true],
    ['direct', undefined, false],
  ]);
  expect(leftOut.map(({ id, reason }) => [id, reason])).toEqual([['m1', 'budget']]);
});

it.each([
  [101, '', 'The pinned context has 101 tokens; the budget is 100.'],
  [
    96,
    'nine words are more than four tokens of text',
    'The input cannot be cut down to the 4 tokens that 96 pinned ones leave; the budget is 100.',
  ],
])('fails when %i pinned tokens leave no room', async (tokens, direct, message) => {
  const request = await requestWith([], { pinned: [{ source: 'p', text: textOf(tokens) }], direct });
  const failure = await assembleContext(request).catch((error: unknown) => failureOf(error));
  expect(failure).toEqual({
    code: 'context.too_large',
    message,
    hint: 'Raise max_tokens of the context profile, use a model with a larger context window, pin less, or shorten the input.',
    details: { budget: 100 },
  });
});

it('gives the same package for the same stores, in whatever order they were filled', async () => {
  const items = Array.from({ length: 20 }, (_, index) => note(`n${index}`, { content: textOf(7, String(index % 10)) }));
  const profile = { max_tokens: 60, sources: ['task_store' as const], retrieval_policy: 'hybrid' as const };
  const [first, second] = await Promise.all(
    [items, items.toReversed()].map(async (each) =>
      assembleContext(await requestWith(each, { profile, question: { text: '000' } })),
    ),
  );
  expect(second).toEqual(first);
  const other = await assembleContext(await requestWith(items, { profile, question: { text: '000' }, direct: 'more' }));
  expect(other.fingerprint === first?.fingerprint).toBe(false);
});
