import { symlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolOutcome } from '../../../../src/services/tools/index.ts';
import { createToolProject, failureIn, toolCall, verdict, type ToolProject, makePipe } from './tool-project.ts';

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => await project.remove());

type SearchSpec = Extract<ToolSpec, { type: 'filesystem.search' }>;

async function search(arguments_: unknown, spec: Partial<SearchSpec> = {}): Promise<ToolOutcome> {
  const runtime = await project.runtime({ tools: { search: { type: 'filesystem.search', root: './work', ...spec } } });
  return await runtime.call(toolCall('search', arguments_));
}

const Found = z.object({
  matches: z.array(z.object({ path: z.string(), line: z.int() })),
  skipped: z.record(z.string(), z.int()),
  truncated: z.boolean(),
});

/** Matches as "path:line", what was skipped, and whether something was cut off. */
function found(outcome: ToolOutcome): unknown[] {
  if (!outcome.ok) return [outcome.failure];
  const { matches, skipped, truncated } = Found.parse(outcome.output);
  return [...matches.map(({ path, line }) => `${path}:${line}`), skipped, truncated];
}

it('gives every line with the text, by path and line, with its column', async () => {
  project.write('work/b.ts', 'one\r\n  two.three two.\r\nthree');
  project.write('work/a/c.ts', 'two.');
  expect(await search({ pattern: 'two.' })).toEqual({
    ok: true,
    output: {
      root: './work',
      matches: [
        { path: 'a/c.ts', line: 1, column: 1, text: 'two.' },
        { path: 'b.ts', line: 2, column: 3, text: '  two.three two.' },
      ],
      files: 2,
      skipped: {},
      truncated: false,
    },
  });
});

it('takes the pattern as it is written unless it is to be a regular expression', async () => {
  project.write('work/a.txt', 'a.c\nabc\nABC\n(a|b)+\n');
  const literal = found(await search({ pattern: 'a.c' }));
  const folded = found(await search({ pattern: 'A.C', case: 'insensitive' }));
  const regex = found(await search({ pattern: '^a.c$', regex: true }));
  const foldedRegex = found(await search({ pattern: '^a.c$', regex: true, case: 'insensitive' }));
  const special = found(await search({ pattern: '(A|B)+', case: 'insensitive' }));
  expect([literal, folded, regex, foldedRegex, special]).toEqual([
    ['a.txt:1', {}, false],
    ['a.txt:1', {}, false],
    ['a.txt:1', 'a.txt:2', {}, false],
    ['a.txt:1', 'a.txt:2', 'a.txt:3', {}, false],
    ['a.txt:4', {}, false],
  ]);
});

it('shows lines before and after, as far as there are any', async () => {
  project.write('work/a.txt', 'one\ntwo\nthree\nfour\n');
  const outcome = await search({ pattern: 'three', context: 2 });
  expect(outcome).toMatchObject({
    output: { matches: [{ line: 3, before: ['one', 'two'], text: 'three', after: ['four'] }] },
  });
});

it('searches below a directory or in one file, and by a glob', async () => {
  for (const file of ['work/a/x.ts', 'work/a/b/y.ts', 'work/a/z.md', 'work/q.ts']) project.write(file, 'text');
  expect([
    found(await search({ pattern: 'text', path: 'a' })),
    found(await search({ pattern: 'text', path: 'a', glob: '**/*.ts' })),
    found(await search({ pattern: 'text', path: 'a/z.md' })),
  ]).toEqual([
    ['a/b/y.ts:1', 'a/x.ts:1', 'a/z.md:1', {}, false],
    ['a/b/y.ts:1', 'a/x.ts:1', {}, false],
    ['a/z.md:1', {}, false],
  ]);
});

it('leaves out .git, the state directory, what the manifest ignores, links, pipes, and what is no text or too large', async () => {
  for (const file of ['work/.git/config', 'work/state/x', 'work/node_modules/x', 'work/deep/.git']) {
    project.write(file, 'text');
  }
  project.write('work/binary', 'text\0');
  project.write('work/large.txt', `text ${'x'.repeat(100)}`);
  project.write('work/kept.txt', 'text');
  symlinkSync(project.outside, project.path('work/away'));
  symlinkSync(`${project.outside}/secret.txt`, project.path('work/file-link'));
  makePipe(project.path('work/pipe'));
  const tool: SearchSpec = {
    type: 'filesystem.search',
    root: './work',
    ignore: ['node_modules/**'],
    max_file_bytes: 50,
  };
  const runtime = await project.runtime({ tools: { search: tool }, stateDirectory: './work/state' });
  const outcomes = [
    await runtime.call(toolCall('search', { pattern: 'text' })),
    await runtime.call(toolCall('search', { pattern: 'secret' })),
  ];
  const skipped = { binary: 1, too_large: 1 };
  expect(outcomes.map(found)).toEqual([
    ['kept.txt:1', skipped, false],
    [skipped, false],
  ]);
});

it('stops at the most matches and says that there are more, and only then', async () => {
  project.write('work/a.txt', 'x\nx\n');
  project.write('work/b.txt', 'x\n');
  expect([
    found(await search({ pattern: 'x', max_matches: 2 })),
    found(await search({ pattern: 'x', max_matches: 3 })),
    found(await search({ pattern: 'x', max_matches: 3 }, { max_matches: 1 })),
  ]).toEqual([
    ['a.txt:1', 'a.txt:2', {}, true],
    ['a.txt:1', 'a.txt:2', 'b.txt:1', {}, false],
    ['a.txt:1', {}, true],
  ]);
});

it('gives no more than its output may hold', async () => {
  project.write('work/a.txt', 'x\n'.repeat(100));
  const outcome = await search({ pattern: 'x', max_matches: 100 }, { max_output_bytes: 200 });
  expect(found(outcome)).toEqual(['a.txt:1', 'a.txt:2', 'a.txt:3', 'a.txt:4', {}, true]);
});

it('shows of a long line the part that the match is in, without half characters', async () => {
  project.write('work/a.txt', `${'😀'.repeat(1_000)}here${'😀'.repeat(1_000)}`);
  const outcome = await search({ pattern: 'here' });
  const match = z
    .object({
      output: z.object({ matches: z.tuple([z.object({ column: z.int(), text: z.string(), clipped: z.boolean() })]) }),
    })
    .parse(outcome).output.matches[0];
  expect(match).toMatchObject({ column: 2_001, clipped: true });
  expect([match.text.includes('here'), match.text.length, match.text.isWellFormed()]).toEqual([true, 400, true]);
});

it('takes no long way through a regular expression that could take for ever', async () => {
  project.write('work/a.txt', `${'a'.repeat(9_000)}!\n`.repeat(20));
  expect(found(await search({ pattern: '^(a+)+$', regex: true }))).toEqual([{}, false]);
});

it('says of which files it did not see all of every line', async () => {
  project.write('work/a.txt', `${'a'.repeat(20_000)}b`);
  expect(found(await search({ pattern: 'ab', regex: true }))).toEqual([{ long_lines: 1 }, false]);
});

it.each([
  [{ pattern: '(', regex: true }, 'The pattern cannot be used: error parsing regexp: missing closing ): `(`.'],
  [
    { pattern: '(a)\\1', regex: true },
    'The pattern cannot be used: error parsing regexp: invalid escape sequence: `\\1`.',
  ],
  [
    { pattern: '(.{1,900}){900}', regex: true },
    'The pattern cannot be used: error parsing regexp: expression too large.',
  ],
  [{ pattern: '.{900}.{900}.{900}', regex: true }, 'The pattern cannot be used: its repetitions make it too large.'],
  [{ pattern: 'a\nb' }, 'The pattern cannot be used: it goes over a line end, and lines are searched one by one.'],
  [{ pattern: 'a', glob: '{a,b}'.repeat(7) }, 'The glob has more than 64 alternatives.'],
])('refuses %j', async (arguments_, message) => {
  const failure = failureIn(await search(arguments_));
  expect([failure.code, failure.message]).toEqual([
    'tool.invalid_input',
    `The arguments for tool "search" do not fit: ${message}`,
  ]);
});

it.each([
  ['..', 'permission.denied (tools.search.root)'],
  ['/etc', 'permission.denied (tools.search.root)'],
  ['away', 'permission.denied (tools.search.root)'],
  ['a\0', 'tool.invalid_input'],
  ['none', 'tool.not_found'],
  ['pipe', 'tool.not_found'],
])('refuses to search in %j', async (path, expected) => {
  symlinkSync(project.outside, project.path('work/away'));
  makePipe(project.path('work/pipe'));
  expect(verdict(await search({ pattern: 'secret', path }))).toBe(expected);
});

it('stops when the task is cancelled', async () => {
  for (let index = 0; index < 100; index += 1) project.write(`work/${index}.txt`, 'text\n'.repeat(1_000));
  const runtime = await project.runtime({ tools: { search: { type: 'filesystem.search', root: './work' } } });
  const controller = new AbortController();
  const outcome = runtime.call({ ...toolCall('search', { pattern: 'none', regex: true }), signal: controller.signal });
  controller.abort();
  expect(verdict(await outcome)).toBe('cancelled.task');
});

it('runs in safe modes, since it changes nothing', async () => {
  project.write('work/a.txt', 'x');
  const runtime = await project.runtime({ tools: { search: { type: 'filesystem.search', root: './work' } } });
  const outcomes = await Promise.all(
    (['analysis_only', 'dry_run'] as const).map(
      async (mode) => await runtime.call(toolCall('search', { pattern: 'x' }, { mode })),
    ),
  );
  expect(outcomes.map(found)).toEqual([
    ['a.txt:1', {}, false],
    ['a.txt:1', {}, false],
  ]);
});
