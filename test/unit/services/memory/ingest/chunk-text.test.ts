import { describe, expect, it } from 'vitest';
import { chunkText, type Chunk, type DocumentFormat } from '../../../../../src/services/memory/ingest/chunk-text.ts';

const limits = { maxTokens: 40, overlapTokens: 8 };
const mostCharacters = 160;

const chunksOf = (text: string, format: DocumentFormat): Chunk[] => chunkText(text, format, limits);
const placesOf = (chunks: readonly Chunk[]): unknown[] =>
  chunks.map(({ headings, from, to }) => [headings.join('/'), from, to]);

const sentence = 'A sentence of some length that says what is meant here.';
const paragraph = `${sentence} ${sentence.slice(0, -6)}.`;

describe('Markdown', () => {
  it('is taken apart by headings, which each chunk keeps', () => {
    const text = `# Guide\n\n${paragraph}\n\n## Install *now*\n\n${paragraph}\n\n### With [npm](x)\n\n${paragraph}\n\nUse\n===\n\n${paragraph}\n`;
    expect(placesOf(chunksOf(text, 'markdown'))).toEqual([
      ['Guide', 1, 3],
      ['Guide/Install now', 5, 7],
      ['Guide/Install now/With npm', 9, 11],
      ['Use', 13, 16],
    ]);
  });

  it('keeps a code block in one piece, blank lines and headings in it too', () => {
    const code = '```md\n# no heading\n\nb\n\nc\n```';
    const chunks = chunksOf(`# Title\n\n${paragraph}\n\n${code}\n`, 'markdown');
    expect(chunks.map(({ headings }) => headings)).toEqual([['Title'], ['Title']]);
    expect(chunks[1]?.text).toContain(code);
  });

  it('puts small sections together instead of making a chunk of each', () => {
    const text = Array.from({ length: 12 }, (_, index) => `## S${index}\n\nx\n`).join('\n');
    expect(chunksOf(text, 'markdown').length).toBeLessThan(6);
  });

  it('repeats the end of a chunk in the next one of its part', () => {
    const text = Array.from({ length: 12 }, (_, index) => `Line ${index} of a list of lines.`).join('\n\n');
    const chunks = chunksOf(text, 'markdown');
    const later = chunks.slice(1);
    expect(later.map(({ from }, index) => from <= (chunks[index]?.to ?? 0))).toEqual(later.map(() => true));
    expect(chunks.length).toBeGreaterThan(2);
  });

  it('takes what stands before the first heading for itself', () => {
    const [first] = chunksOf(`---\ntitle: x\n# no heading\n---\n\n# Title\n\n${paragraph}\n`, 'markdown');
    expect(first).toMatchObject({ headings: [], from: 1 });
  });
});

const declaration = (name: string): string =>
  `/** Says ${name}. */\nfunction ${name}() {\n  const words = 'a few words';\n\n  return words;\n}\n`;

describe('code', () => {
  it('is taken apart where declarations begin', () => {
    const text = ['one', 'two', 'three'].map(declaration).join('\n');
    expect(
      chunkText(text, 'code', { maxTokens: 30, overlapTokens: 5 }).map(({ text: part, from, to }) => [
        part.split('\n')[0],
        from,
        to,
      ]),
    ).toEqual([
      ['/** Says one. */', 1, 6],
      ['/** Says two. */', 8, 13],
      ['/** Says three. */', 15, 20],
    ]);
  });

  it('names a long declaration above each of its parts', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `    total += step_${index}(total)`);
    const chunks = chunksOf(`def long_one(total):\n${lines.join('\n')}\n`, 'code');
    expect(chunks.slice(1).map(({ headings }) => headings)).toEqual(
      chunks.slice(1).map(() => ['def long_one(total):']),
    );
    expect(chunks[1]?.text).toMatch(/^ {4}total/u);
  });
});

describe('JSON', () => {
  it('is taken apart by keys and indexes, as deep as it must be', () => {
    const value = {
      name: 'x',
      list: Array.from({ length: 6 }, (_, id) => ({ id, text: sentence })),
      last: { a: '"},{"', b: [1] },
    };
    const text = JSON.stringify(value, undefined, 2);
    const chunks = chunksOf(text, 'json');
    expect(chunks.map(({ headings }) => headings.join('/'))).toEqual(['', 'list', 'list', 'list', 'list', 'list', '']);
    expect(chunks.at(-1)?.text).toContain('"last": {');
    for (const { text: part } of chunks) expect(text).toContain(part);
  });

  it('is text where it is no JSON', () => {
    expect(chunksOf('{"a": 1,,}\n\nmore', 'json').map(({ text }) => text)).toEqual(['{"a": 1,,}\n\nmore']);
  });

  it('has one value a line in JSON lines', () => {
    const line = JSON.stringify({ text: sentence, more: 'and a little more that makes it long' });
    expect(placesOf(chunksOf(`${line}\n\n${line}\n`, 'jsonl'))).toEqual([
      ['', 1, 1],
      ['', 3, 3],
    ]);
  });
});

const million = 1_000_000;
const garbage: Readonly<Record<string, string>> = {
  'one line': 'x'.repeat(million),
  'emoji in one line': '🚀'.repeat(million / 2),
  'words in one line': 'word '.repeat(million / 5),
  'blank lines': '\n'.repeat(million),
  spaces: ' '.repeat(million),
  'quotes in each other': '>'.repeat(million),
  'lists in each other': '- '.repeat(million / 2),
  brackets: '['.repeat(million),
  'nested arrays': '['.repeat(50_000) + ']'.repeat(50_000),
  headings: '# a\n'.repeat(million / 10),
  'code blocks': '```\n'.repeat(million / 10),
  'a table': `| a | b |\n|---|---|\n${'| 🚀 | x |\n'.repeat(million / 20)}`,
  nothing: '',
};

// Time that grew with the square of the length would be minutes here, and run into the limit of the test.
it.each(
  Object.keys(garbage).flatMap((name) =>
    (['markdown', 'code', 'json', 'jsonl', 'text'] as const).map((format) => [name, format] as const),
  ),
)('cuts %s as %s into chunks of bounded size and whole characters that leave nothing out', (name, format) => {
  const text = garbage[name] ?? '';
  const chunks = chunksOf(text, format);
  let letters = 0;
  for (const { text: part, from, to } of chunks) {
    letters += part.replaceAll(/\s/gu, '').length;
    if (part.length > mostCharacters || !part.isWellFormed() || part.trim() === '' || to < from)
      throw new Error(`A chunk is not as it should be: ${JSON.stringify(part)}`);
  }
  expect(letters).toBeGreaterThanOrEqual(text.replaceAll(/\s/gu, '').length);
});

it('counts each sign of scripts without spaces as a token', () => {
  const chunks = chunksOf('日本語の文章です。'.repeat(50), 'text');
  expect(Math.max(...chunks.map(({ text }) => text.length))).toBeLessThanOrEqual(limits.maxTokens);
});
