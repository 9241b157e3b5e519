import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmbeddings } from '../../../../../src/services/memory/embedding/embeddings.ts';
import { createLocalEmbedder } from '../../../../../src/services/memory/embedding/local.ts';
import { withEmbeddings } from '../../../../../src/services/memory/embedding/with-embeddings.ts';
import { createInMemoryStore, type MemoryItem, type MemoryStore } from '../../../../../src/services/memory/index.ts';
import { ingest, type IngestOptions } from '../../../../../src/services/memory/ingest/ingest.ts';
import { rejectionOf } from '../../../../contract/memory-store.ts';

let directory = '';
let store: MemoryStore = createInMemoryStore();

beforeEach(() => {
  directory = realpathSync(mkdtempSync(path.join(tmpdir(), 'ingest-')));
  store = createInMemoryStore({ maxMessages: 100_000 });
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(file: string, content: string | Uint8Array): void {
  const place = path.join(directory, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, content);
}

async function take(paths: readonly string[], options: Partial<IngestOptions> = {}): Promise<string[]> {
  const documents = await ingest(paths, { store, directory, home: directory, ...options });
  return documents.map(
    ({ path: source, status, problem }) => `${status} ${source}${problem === undefined ? '' : `: ${problem}`}`,
  );
}

async function kept(): Promise<readonly MemoryItem[]> {
  return store.query({ policy: 'recency', kinds: ['document', 'chunk'] });
}

const words = (count: number, word = 'word'): string =>
  Array.from({ length: count }, (_, index) => `${word}${index}`).join(' ');

it('keeps a document and its chunks, with where they come from', async () => {
  write('docs/guide.md', `# Guide\r\n\r\n${words(150)}\r\n\r\n## Use\r\n\r\n${words(150, 'use')}\r\n`);
  expect(await take(['docs/guide.md'], { tags: ['manual'] })).toEqual(['added docs/guide.md']);
  const [document, ...others] = (await kept()).filter(({ kind }) => kind === 'document');
  expect(others).toEqual([]);
  expect(document).toMatchObject({
    source: 'docs/guide.md',
    tags: ['manual'],
    content: 'docs/guide.md\n- Guide\n- Use',
    metadata: { path: 'docs/guide.md', format: 'markdown', chunks: 2 },
  });
  expect(document?.id).toMatch(/^document:[0-9a-f]{16}$/u);
  expect(document?.metadata['hash']).toMatch(/^[0-9a-f]{64}$/u);
  const chunks = (await kept()).filter(({ kind }) => kind === 'chunk');
  expect(
    chunks.map(({ metadata }) => metadata).toSorted((left, right) => Number(left['index']) - Number(right['index'])),
  ).toEqual([
    { path: 'docs/guide.md', headings: ['Guide'], from: 1, to: 3, index: 0 },
    { path: 'docs/guide.md', headings: ['Guide', 'Use'], from: 5, to: 7, index: 1 },
  ]);
  expect(new Set(chunks.map(({ content }) => content.split('\n')[0]))).toEqual(new Set(['Guide', 'Guide › Use']));
  expect(chunks.every(({ content, token_cost: cost }) => cost > 0 && !content.includes('\r'))).toBe(true);
});

it('leaves alone what did not change, and takes it in again when it is asked to', async () => {
  write('a.txt', words(10));
  await take(['a.txt']);
  const before = await kept();
  expect(await take(['a.txt'])).toEqual(['unchanged a.txt']);
  expect(await take(['a.txt'], { again: true })).toEqual(['changed a.txt']);
  expect(await kept()).toEqual(before);
  expect(await take(['a.txt'], { tags: ['new'] })).toEqual(['changed a.txt']);
  expect((await kept()).map(({ tags }) => tags)).toEqual([['new'], ['new']]);
});

it('replaces a document that changed, keeps chunks that are the same and drops those that are gone', async () => {
  const parts = ['one', 'two', 'three'].map((word) => `# ${word}\n\n${words(150, word)}\n`);
  write('a.md', parts.join('\n'));
  await take(['a.md']);
  const before = (await kept()).map(({ id }) => id);
  write('a.md', [parts[0], parts[2], `# four\n\n${words(150, 'four')}\n`].join('\n'));
  expect(await take(['a.md'])).toEqual(['changed a.md']);
  const after = (await kept()).map(({ id }) => id);
  expect(after.filter((id) => before.includes(id))).toHaveLength(3);
  expect([before.length, after.length]).toEqual([4, 4]);
});

it('goes through directories and globs, but not into what is no document of people', async () => {
  write('docs/a.md', 'a');
  write('docs/deep/b.txt', 'b');
  write('docs/🚀 notes.md', 'c');
  write('docs/.hidden/c.md', 'c');
  write('docs/node_modules/d.md', 'd');
  write('docs/.git/e.md', 'e');
  write('docs/logo.png', Uint8Array.of(137, 80, 78, 71, 0, 1));
  write('docs/latin.txt', Uint8Array.of(0x61, 0xe4, 0x62));
  write('docs/large.txt', 'x'.repeat(2_000));
  expect(await take(['docs'], { maxBytes: 1_000 })).toEqual([
    'added docs/a.md',
    'added docs/deep/b.txt',
    'skipped docs/large.txt: it has more than 1000 bytes',
    'skipped docs/latin.txt: it is no text in UTF-8',
    'skipped docs/logo.png: it is no text',
    'added docs/🚀 notes.md',
  ]);
  expect(await take(['docs/**/*.md'])).toEqual(['unchanged docs/a.md', 'unchanged docs/🚀 notes.md']);
  expect(await take(['docs/.hidden/c.md'])).toEqual(['added docs/.hidden/c.md']);
});

it('follows links to files of a directory, and no others', async () => {
  write('docs/a.md', 'a');
  write('secret/key.txt', 'key');
  symlinkSync(path.join(directory, 'secret'), path.join(directory, 'docs/way-out'));
  symlinkSync(path.join(directory, 'secret/key.txt'), path.join(directory, 'docs/key.txt'));
  symlinkSync(path.join(directory, 'docs'), path.join(directory, 'docs/circle'));
  symlinkSync('a.md', path.join(directory, 'docs/same.md'));
  symlinkSync('nowhere', path.join(directory, 'docs/broken.md'));
  expect(await take(['docs'])).toEqual(['added docs/a.md', 'added docs/same.md']);
});

it('forgets documents of a directory whose files are gone', async () => {
  write('docs/a.md', 'a');
  write('docs/b.md', 'b');
  write('docs/.kept.md', 'kept');
  write('other.md', 'other');
  await take(['docs', 'docs/.kept.md', 'other.md']);
  renameSync(path.join(directory, 'docs/b.md'), path.join(directory, 'docs/c.md'));
  rmSync(path.join(directory, 'other.md'));
  expect(await take(['docs'])).toEqual(['unchanged docs/a.md', 'added docs/c.md', 'removed docs/b.md']);
  const sources = (await kept()).filter(({ kind }) => kind === 'document').map(({ source }) => source);
  expect(sources.toSorted()).toEqual(['docs/.kept.md', 'docs/a.md', 'docs/c.md', 'other.md']);
});

it('knows documents outside of the project by their whole path', async () => {
  write('outside/a.md', 'a');
  const home = path.join(directory, 'project');
  expect(await take(['outside/a.md'], { home })).toEqual([`added ${directory}/outside/a.md`]);
});

it.each(['nothing.md', 'no/*.md', 'empty/*.txt'])('says that nothing is at "%s"', async (written) => {
  mkdirSync(path.join(directory, 'empty'));
  expect(await rejectionOf(take([written]))).toEqual({
    code: 'MEMORY_DOCUMENT_UNREADABLE',
    message: `No file, directory or glob "${written}" leads to a document.`,
  });
});

it('makes vectors once, and new ones after the model changed', async () => {
  const local = createLocalEmbedder();
  const asked: number[] = [];
  const embeddingsOf = (model: string): ReturnType<typeof createEmbeddings> =>
    createEmbeddings({
      embedder: {
        ...local,
        model,
        embed: (texts, signal) => {
          asked.push(texts.length);
          return local.embed(texts, signal);
        },
      },
    });
  const one = embeddingsOf('local/one');
  const two = embeddingsOf('local/two');
  const using = (embeddings: typeof one): Partial<IngestOptions> => ({
    embeddings,
    store: withEmbeddings(store, embeddings),
  });
  write('a.md', `# A\n\n${words(150)}\n\n# B\n\n${words(150, 'b')}\n\n# C\n\n---\n`);
  await take(['a.md']);
  expect(await take(['a.md'], using(one))).toEqual(['changed a.md']);
  expect(await take(['a.md'], using(one))).toEqual(['unchanged a.md']);
  write('a.md', `# A\n\n${words(150)}\n\n# B\n\n${words(150, 'new')}\n\n# C\n\n---\n`);
  await take(['a.md'], using(one));
  expect(await take(['a.md'], using(two))).toEqual(['changed a.md']);
  const models = (await kept()).map(({ embedding }) => embedding?.model);
  expect(new Set(models)).toEqual(new Set(['local/two']));
  // All chunks, the document; the one chunk that is new, the document; all again.
  const chunks = models.length - 1;
  expect(asked).toEqual([chunks, 1, 1, 1, chunks, 1]);
});
