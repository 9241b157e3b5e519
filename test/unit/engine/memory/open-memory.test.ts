import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openMemory, type MemoryOptions, type ProjectMemory } from '../../../../src/index.ts';
import { rejectionOf } from '../../../contract/memory-store.ts';
import { answerWithVectors, openaiEmbeddings } from '../../../support/wire/embeddings.ts';
import { closedOrigin, startWireServer } from '../../../support/wire/server.ts';
import { writeFiles } from '../../../e2e/project.ts';

const workflow = `workflow:
  id: plain
  nodes:
    - { id: start, type: transform, output: done }
    - { id: done, type: end }
  edges:
    - { from: start, to: done }
`;

let directory = '';
const open: ProjectMemory[] = [];

beforeEach(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'open-memory-')));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((memory) => memory.close()));
  rmSync(directory, { recursive: true, force: true });
});

async function memoryWith(declared: string, options: MemoryOptions = {}): Promise<ProjectMemory> {
  writeFiles(directory, { 'workflow.yaml': workflow, 'memory.yaml': `memory:\n${declared}` });
  const memory = await openMemory(directory, { now: () => Date.UTC(2026, 0, 2), ...options });
  open.push(memory);
  return memory;
}

const files = `  project_store: { type: file_json, path: ./project.json }
  global_store: { type: file_json, path: ./global.json }
`;

it('adds, shows, changes and forgets what a person says', async () => {
  const memory = await memoryWith(files);
  const added = await memory.add({ content: 'We deploy on Thursdays.', tags: ['release', 'release'] });
  expect(added).toEqual({
    id: added.id,
    kind: 'note',
    source: 'person',
    timestamp: Date.UTC(2026, 0, 2),
    tags: ['release'],
    importance: 0.5,
    token_cost: 6,
    content: 'We deploy on Thursdays.',
    metadata: {},
  });
  expect(added.id).toMatch(/^20260102-[2-9a-z]{8}$/u);
  const changes = { content: 'We deploy on Fridays, as everybody knows.', importance: 1, kind: 'decision' };
  expect(await memory.edit(added.id, changes)).toEqual({ ...added, ...changes, token_cost: 11 });
  expect(await memory.get(added.id)).toMatchObject(changes);
  expect(await memory.forget([added.id])).toEqual([added.id]);
  expect((await rejectionOf(memory.get(added.id)))?.code).toBe('MEMORY_ITEM_UNKNOWN');
});

it('lists by kind, tag and source, and finds by words', async () => {
  const memory = await memoryWith(files);
  await memory.add({ content: 'Rain falls on the hills.', tags: ['weather', 'north'], source: 'book' });
  await memory.add({ content: 'The database is backed up at night.', kind: 'decision', tags: ['north'] });
  const found = async (options: Parameters<ProjectMemory['list']>[0]): Promise<string[]> =>
    (await memory.list(options)).map(({ content }) => content.slice(0, 4));
  expect((await found({})).toSorted()).toEqual(['Rain', 'The ']);
  expect(await found({ kinds: ['decision'] })).toEqual(['The ']);
  expect(await found({ tags: ['north', 'weather'] })).toEqual(['Rain']);
  expect(await found({ source: 'book', limit: 1 })).toEqual(['Rain']);
  expect(await found({ search: 'database', policy: 'keyword' })).toEqual(['The ']);
  expect(await found({ search: 'database', limit: 1 })).toEqual(['The ']);
});

it('keeps the stores apart, with a kind of their own', async () => {
  const memory = await memoryWith(files, { store: 'global' });
  expect((await memory.add({ content: 'Short answers.' })).kind).toBe('preference');
  expect(await (await memoryWith(files)).list()).toEqual([]);
});

it('takes documents in, lets nobody change them, and forgets them with their chunks', async () => {
  const memory = await memoryWith(files);
  writeFiles(directory, { 'docs/a.md': '# A\n\nOne.\n', 'docs/b.md': '# B\n\nTwo.\n' });
  const documents = await memory.ingest(['docs']);
  expect(documents.map(({ path: source, status, chunks }) => [source, status, chunks])).toEqual([
    ['docs/a.md', 'added', 1],
    ['docs/b.md', 'added', 1],
  ]);
  const [document] = await memory.list({ kinds: ['document'], source: 'docs/a.md' });
  const id = document?.id ?? '';
  expect((await rejectionOf(memory.edit(id, { importance: 1 })))?.code).toBe('MEMORY_ITEM_INVALID');
  expect(await memory.forget([id])).toHaveLength(2);
  expect((await memory.list()).map(({ source }) => source)).toEqual(['docs/b.md', 'docs/b.md']);
});

it('knows documents of the global store by their whole path', async () => {
  const memory = await memoryWith(files, { store: 'global' });
  writeFiles(directory, { 'a.md': 'One.\n' });
  expect((await memory.ingest(['a.md'])).map(({ path: source }) => source)).toEqual([path.join(directory, 'a.md')]);
});

it.each([
  [{ content: ' \n' }, 'An item without content says nothing.'],
  [{ content: 'x', importance: 2 }, 'The importance 2 is not between 0 and 1.'],
  [{ content: 'x', importance: Number.NaN }, 'The importance NaN is not between 0 and 1.'],
  [{ content: 'x', kind: ' ' }, 'The kind of an item is empty.'],
  [{ content: 'x', kind: 'chunk' }, 'An item of kind "chunk" is taken from a file.'],
  [{ content: '{}', kind: 'agent_state' }, 'An item of kind "agent_state" is what an agent keeps of itself.'],
  [{ content: 'Be brief.', kind: 'override' }, 'The item is no override: it is no JSON.'],
  [{ content: '["model"]', kind: 'override' }, 'The item is no override: it is no object.'],
  [
    { content: '{"kind":"memory","payload":{"remember":"x"}}', kind: 'override' },
    'An override with "remember" does nothing as a preference.',
  ],
  [{ content: 'x'.repeat(1_000_001) }, 'The content has more than 1000000 characters.'],
])('refuses an item that cannot be: %j', async (item, message) => {
  const memory = await memoryWith(files);
  expect(await rejectionOf(memory.add(item))).toEqual({ code: 'MEMORY_ITEM_INVALID', message });
});

it('keeps a preference that tasks can read, and no change that makes it unreadable', async () => {
  const memory = await memoryWith(files);
  const content = '{"kind":"verbosity","payload":{"level":"brief"}}';
  const { id } = await memory.add({ content, kind: 'override' });
  const rejection = await rejectionOf(memory.edit(id, { content: '{"kind":"verbosity","payload":{"level":"loud"}}' }));
  expect(rejection).toMatchObject({ code: 'MEMORY_ITEM_INVALID' });
  expect(rejection?.message).toContain('The item is no override: "payload.level"');
  expect((await memory.get(id)).content).toBe(content);
});

it.each([
  ['  global_store: { type: file_json, path: ./global.json }\n', 'has no project memory store, or it is disabled.'],
  ['  project_store: { type: disabled }\n', 'has no project memory store, or it is disabled.'],
  ['  project_store: { type: in_memory }\n', 'each process has its own, and loses it when it ends.'],
])('has no memory where memory.yaml says %j', async (declared, message) => {
  const rejection = await rejectionOf(memoryWith(declared));
  expect(rejection?.code).toBe('MEMORY_STORE_DISABLED');
  expect(rejection?.message).toContain(message);
});

it('rejects where the manifests are not valid', async () => {
  expect((await rejectionOf(memoryWith('  nonsense: true\n')))?.code).toBe('MANIFEST_INVALID');
});

it('keeps an item without its vector when its text changes, and makes a new one', async () => {
  const memory = await memoryWith(`${files}  embedding: { provider: local, dimensions: 32 }\n`);
  const added = await memory.add({ content: 'The colour of the sky.' });
  const tagged = await memory.edit(added.id, { tags: ['sky'] });
  const changed = await memory.edit(added.id, { content: 'The depth of the sea.' });
  expect(added.embedding?.model).toBe('local/hash-1');
  expect(tagged.embedding).toEqual(added.embedding);
  expect(changed.embedding?.model).toBe('local/hash-1');
  expect(changed.embedding).not.toEqual(added.embedding);
  expect((await memory.list({ search: 'deep seas', policy: 'semantic' })).map(({ id }) => id)).toEqual([added.id]);
});

it('warns when no vectors can be made, and goes on without', async () => {
  const warnings: string[] = [];
  const declared = `${files}  embedding: { provider: ollama, base_url: "${await closedOrigin()}" }\n`;
  const memory = await memoryWith(declared, { onWarning: (warning) => warnings.push(warning) });
  expect((await memory.add({ content: 'The colour of the sky.' })).embedding).toBe(undefined);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /^Items are kept without vectors: Provider "ollama" could not be asked: Nothing listens/u,
  );
});

it('writes nothing before something is to be kept', async () => {
  const memory = await memoryWith(files);
  expect(await memory.list()).toEqual([]);
  expect(readdirSync(directory).filter((name) => name.endsWith('project.json'))).toEqual([]);
});

it('asks with a key from a secret file', async () => {
  const server = await startWireServer(answerWithVectors(openaiEmbeddings));
  try {
    writeFiles(directory, { 'secrets/key': 'sk-from-a-file\n' });
    const embedding = `{ provider: openai, base_url: "${server.origin}/v1", api_key: "\${file:secrets/key}" }`;
    const memory = await memoryWith(`${files}  embedding: ${embedding}\n`);
    expect((await memory.add({ content: 'The colour of the sky.' })).embedding?.model).toMatch(/^openai/u);
    expect(server.requests[0]?.headers.authorization).toBe('Bearer sk-from-a-file');
  } finally {
    await server.close();
  }
});

it('takes in neither secrets, nor memory, nor the state of the engine, by whatever link', async () => {
  const engine = `engine:
  name: kept
  state_dir: ./state
  models: { told: { provider: openai, model: x, api_key: '\${file:secrets/key}' } }
`;
  writeFiles(directory, {
    'engine.yaml': engine,
    'secrets/key': 'sk-1',
    'state/log.jsonl': '{}',
    'docs/a.md': 'Hello.',
  });
  symlinkSync('../secrets/key', path.join(directory, 'docs/link.md'));
  const memory = await memoryWith(files);
  await memory.add({ content: 'We deploy on Thursdays.' });
  const taken = await memory.ingest(['docs', 'secrets', 'state', 'project.json', '.']);
  expect(
    taken
      .filter(({ path: file }) => !file.endsWith('.yaml'))
      .map(({ path: file, status, problem }) => [file, problem ?? status]),
  ).toEqual([
    ['docs/a.md', 'added'],
    ['secrets/key', 'a secret is read from it'],
    ['state/log.jsonl', 'the state of the engine is out of reach of tools'],
    ['project.json', 'a memory store is kept in it'],
    ['docs/link.md', 'a secret is read from it'],
  ]);
  expect((await memory.list()).some(({ content }) => content.includes('sk-1'))).toBe(false);
});

it('finds the store where tasks keep it, also in another state directory', async () => {
  writeFiles(directory, { 'engine.yaml': 'engine: { name: kept, state_dir: ./state }\n' });
  const memory = await memoryWith('  project_store: { type: file_json }\n');
  await memory.add({ content: 'We deploy on Thursdays.' });
  expect(existsSync(path.join(directory, 'state/memory/project.json'))).toBe(true);
});
