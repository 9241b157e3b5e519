import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ChangeRecorder, PlannedChange, ToolMode, ToolOutcome } from '../../../../src/services/tools/index.ts';
import { createToolProject, failureIn, toolCall, verdict, type ToolProject } from './tool-project.ts';

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => await project.remove());

type PatchSpec = Extract<ToolSpec, { type: 'filesystem.patch' }>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const textOf = (file: string): string => readFileSync(project.path(file), 'utf8');

async function patch(
  arguments_: unknown,
  { mode = 'normal', ...spec }: Partial<PatchSpec> & { mode?: ToolMode } = {},
): Promise<ToolOutcome> {
  const runtime = await project.runtime({ tools: { patch: { type: 'filesystem.patch', root: './work', ...spec } } });
  return await runtime.call(toolCall('patch', arguments_, { mode }));
}

const edit = (search: string, replace: string, all?: boolean): unknown => ({
  search,
  replace,
  ...(all !== undefined && { all }),
});

async function failureOfEdit(search: string): Promise<unknown> {
  return failureIn(await patch({ path: 'a.ts', edits: [edit(search, '')] }));
}

it('replaces passages that are there once, keeps the mode and records the change', async () => {
  chmodSync(project.write('work/a.ts', 'one\ntwo\nthree\n'), 0o750);
  const after = 'ONE\ntwo\n3\n';
  const hashes = { before_hash: sha256('one\ntwo\nthree\n'), after_hash: sha256(after) };
  expect(await patch({ path: 'a.ts', edits: [edit('three', '3'), edit('one\n', 'ONE\n')] })).toEqual({
    ok: true,
    output: { path: 'a.ts', bytes: 10, replacements: 2, ...hashes },
    changes: [{ path: 'work/a.ts', bytes: 10, ...hashes }],
  });
  expect([textOf('work/a.ts'), statSync(project.path('work/a.ts')).mode % 0o1000]).toEqual([after, 0o750]);
});

it('replaces a passage wherever it is when told so', async () => {
  project.write('work/a.ts', 'aaa b aa');
  await patch({ path: 'a.ts', edits: [edit('aa', 'x', true)] });
  expect(textOf('work/a.ts')).toBe('xa b x');
});

it('looks for every edit in the file as it was, so that none meets what another one made', async () => {
  project.write('work/a.ts', 'left right');
  await patch({ path: 'a.ts', edits: [edit('left', 'right'), edit('right', 'left')] });
  expect(textOf('work/a.ts')).toBe('right left');
});

it('keeps the line ends of a file, and its byte order mark', async () => {
  project.write('work/a.txt', '\uFEFFone\r\ntwo\r\nthree\r\n');
  project.write('work/mixed.txt', 'one\r\ntwo\nthree');
  await patch({ path: 'a.txt', edits: [edit('one\ntwo\n', '1\n2\r\n')] });
  await patch({ path: 'mixed.txt', edits: [edit('two\n', '2\n')] });
  expect([textOf('work/a.txt'), textOf('work/mixed.txt')]).toEqual(['\uFEFF1\r\n2\r\nthree\r\n', 'one\r\n2\nthree']);
});

it('makes all edits or none', async () => {
  project.write('work/a.ts', 'one\ntwo\n');
  const outcome = await patch({ path: 'a.ts', edits: [edit('one', '1'), edit('four', '4')] });
  expect([verdict(outcome), textOf('work/a.ts')]).toEqual(['tool.invalid_input', 'one\ntwo\n']);
});

it('tells the lines that are most like a passage that is not there', async () => {
  project.write('work/a.ts', 'import x;\n\nfunction total(values) {\n  return sum(values);\n}\n');
  const hint = 'Read the file, and copy the passage as it is, blanks and line ends included.';
  const message = 'Tool "patch" changed nothing in "a.ts": the passage of edit 0 is not in it.';
  const shared = { code: 'tool.invalid_input', hint };
  expect([
    await failureOfEdit('function total(value) {\n  return sum(value);'),
    await failureOfEdit('function total(values) {\n    return sum(values);'),
    await failureOfEdit('class Unlike extends Anything at all'),
  ]).toEqual([
    {
      ...shared,
      message: `${message} Most like it is line 3: "function total(values) {", "  return sum(values);".`,
      details: { edit: 0, nearest: { line: 3, lines: ['function total(values) {', '  return sum(values);'] } },
    },
    {
      ...shared,
      message: `${message} Only blanks differ at line 3: "function total(values) {", "  return sum(values);".`,
      details: { edit: 0, nearest: { line: 3, lines: ['function total(values) {', '  return sum(values);'] } },
    },
    { ...shared, message: `${message} Nothing in it is like it.`, details: { edit: 0 } },
  ]);
});

it('refuses a passage that is there more than once, also where it overlaps itself', async () => {
  project.write('work/a.ts', 'x = 1\ny = 2\nx = 1\n');
  project.write('work/b.ts', 'aaa');
  const outcomes = [
    await patch({ path: 'a.ts', edits: [edit('x = 1', 'x = 2')] }),
    await patch({ path: 'b.ts', edits: [edit('aa', 'b')] }),
  ];
  expect(outcomes.map((outcome) => failureIn(outcome).message)).toEqual([
    'Tool "patch" changed nothing in "a.ts": the passage of edit 0 is in it more than once, at the lines 1, 3.',
    'Tool "patch" changed nothing in "b.ts": the passage of edit 0 is in it more than once, at the lines 1, 1.',
  ]);
});

it('refuses edits that overlap', async () => {
  project.write('work/a.ts', 'one\ntwo three\n');
  const failure = failureIn(await patch({ path: 'a.ts', edits: [edit('two three', ''), edit('two', '2')] }));
  expect(failure.message).toBe(
    'Tool "patch" changed nothing in "a.ts": edits 0 and 1 want to change the same passage, at line 2.',
  );
});

it('changes nothing when the file is not the one that was meant', async () => {
  project.write('work/a.ts', 'one');
  const edits = [edit('one', 'two')];
  const other = await patch({ path: 'a.ts', edits, before_hash: sha256('else') });
  const same = await patch({ path: 'a.ts', edits, before_hash: sha256('one') });
  expect([verdict(other), verdict(same), textOf('work/a.ts')]).toEqual(['tool.invalid_input', 'ok', 'two']);
});

it('changes nothing when somebody else writes the file while it is at work', async () => {
  project.write('work/a.ts', 'one');
  const runtime = await project.runtime({ tools: { patch: { type: 'filesystem.patch', root: './work' } } });
  // The recorder is told when the edits are found and the new file is not there yet.
  const changes: ChangeRecorder = {
    maxContentBytes: 100,
    record: () => writeFileSync(project.path('work/a.ts'), 'one, by another'),
  };
  const outcome = await runtime.call({ ...toolCall('patch', { path: 'a.ts', edits: [edit('one', 'two')] }), changes });
  expect([failureIn(outcome).message, textOf('work/a.ts'), readdirSync(project.path('work'))]).toEqual([
    'Tool "patch" changed nothing in "a.ts": somebody else wrote it at the same time.',
    'one, by another',
    ['a.ts'],
  ]);
});

it('tells a recorder what was in the file, and takes the change back', async () => {
  project.write('work/a.ts', 'one');
  const runtime = await project.runtime({ tools: { patch: { type: 'filesystem.patch', root: './work' } } });
  const heard: PlannedChange[] = [];
  const changes: ChangeRecorder = { maxContentBytes: 100, record: (change) => heard.push(change) };
  await runtime.call({ ...toolCall('patch', { path: 'a.ts', edits: [edit('one', 'two')] }), changes });
  expect(heard).toEqual([
    {
      tool: 'patch',
      path: 'work/a.ts',
      before_hash: sha256('one'),
      after_hash: sha256('two'),
      content: Buffer.from('one'),
      directories: [],
    },
  ]);
  const restored = { content: Buffer.from('one'), expected: sha256('two') };
  await runtime.files('patch')?.restore('work/a.ts', restored);
  expect(textOf('work/a.ts')).toBe('one');
});

it('records nothing when nothing changes', async () => {
  project.write('work/a.ts', 'one');
  const outcome = await patch({ path: 'a.ts', edits: [edit('one', 'one')] });
  expect(outcome).toMatchObject({ ok: true, output: { replacements: 1 } });
  expect(outcome).not.toHaveProperty('changes');
});

it('shows in a dry run what it would change, as a diff, and changes nothing', async () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
  const before = `${lines.join('\n')}\n`;
  project.write('work/a.txt', before);
  const edits = [edit('line 2\n', ''), edit('line 4\n', 'line 4\nline 4a\n'), edit('line 20\n', 'the end\n')];
  const outcome = await patch({ path: 'a.txt', edits }, { mode: 'dry_run' });
  const diff = [
    '@@ -1,7 +1,7 @@',
    ' line 1',
    '-line 2',
    ' line 3',
    ' line 4',
    '+line 4a',
    ' line 5',
    ' line 6',
    ' line 7',
    '@@ -17,4 +17,4 @@',
    ' line 17',
    ' line 18',
    ' line 19',
    '-line 20',
    '+the end',
    '',
  ].join('\n');
  expect(outcome).toMatchObject({
    notRun: 'dry_run',
    output: { not_run: 'dry_run', would_change: 'a.txt', replacements: 3, before_hash: sha256(before), diff },
  });
  expect(textOf('work/a.txt')).toBe(before);
});

it('cuts off a long diff', async () => {
  project.write('work/a.txt', 'a\n'.repeat(30_000));
  const outcome = await patch({ path: 'a.txt', edits: [edit('a', 'b', true)] }, { mode: 'dry_run' });
  const Cut = z.object({ output: z.object({ diff_truncated: z.literal(true), diff: z.string() }) });
  expect(Cut.parse(outcome).output.diff).toHaveLength(20_000);
});

it('grows no file beyond its limit, and finds that out before it makes it', async () => {
  project.write('work/a.txt', 'a'.repeat(50_000));
  const outcome = await patch({ path: 'a.txt', edits: [edit('a', 'x'.repeat(900_000), true)] });
  expect([verdict(outcome), textOf('work/a.txt').length]).toEqual(['tool.output_limit', 50_000]);
});

it('bounds the places of all edits together', async () => {
  project.write('work/a.txt', 'a'.repeat(60_000));
  const edits = [edit('a', 'b', true), edit('a', 'c', true)];
  expect(failureIn(await patch({ path: 'a.txt', edits })).message).toBe(
    'Tool "patch" changed nothing in "a.txt": its edits have more than 100000 places.',
  );
});

it('finds a long passage that nearly fits everywhere in one pass', async () => {
  project.write('work/a.txt', 'a'.repeat(1_000_000));
  const half = 'a'.repeat(400_000);
  expect(verdict(await patch({ path: 'a.txt', edits: [edit(`${half}b${half}`, '')] }))).toBe('tool.invalid_input');
});

it('refuses a file that is larger than its output limit before it reads it', async () => {
  truncateSync(project.write('work/holes', ''), 4 * 1024 ** 4);
  expect(failureIn(await patch({ path: 'holes', edits: [edit('a', 'b')] }))).toMatchObject({
    code: 'tool.output_limit',
    message: 'Tool "patch" may not replace "holes": it is larger than 1048576 bytes.',
  });
});

it.each([
  ['none.txt', 'tool.not_found'],
  ['none/a.txt', 'tool.not_found'],
  ['.', 'tool.failed'],
  ['latin.txt', 'tool.failed'],
  ['../a.txt', 'permission.denied (tools.patch.root)'],
  ['.git/config', 'permission.denied (always: .git)'],
])('refuses to change %j', async (path, expected) => {
  project.write('work/latin.txt', Buffer.from([0x61, 0xe4]));
  expect(verdict(await patch({ path, edits: [edit('a', 'b')] }))).toBe(expected);
});

it.each([[[]], [[edit('', 'b')]], [[edit('\uD800', 'b')]], [[edit('a', '\uD800')]]])(
  'refuses the edits %j',
  async (edits) => {
    project.write('work/a.txt', 'a');
    expect(verdict(await patch({ path: 'a.txt', edits }))).toBe('tool.invalid_input');
  },
);

it('takes no half of a character for the rest of one that stands in the replacement', async () => {
  project.write('work/a.txt', '😀');
  expect(verdict(await patch({ path: 'a.txt', edits: [edit('\uD83D', '\uDE00')] }))).toBe('tool.invalid_input');
  expect(textOf('work/a.txt')).toBe('😀');
});

it('needs the permissions to read and to write, since its failures tell what is in the file', async () => {
  project.write('work/a.txt', 'a');
  const tools = { patch: { type: 'filesystem.patch', root: './work' } } as const;
  const verdicts = [];
  for (const right of ['read', 'write'] as const) {
    const runtime = await project.runtime({ tools, permissions: { filesystem: { [right]: ['.'] } } });
    verdicts.push(verdict(await runtime.call(toolCall('patch', { path: 'a.txt', edits: [edit('a', 'b')] }))));
  }
  expect(verdicts).toEqual([
    'permission.denied (permissions.filesystem.write)',
    'permission.denied (permissions.filesystem.read)',
  ]);
});

it('does nothing in analysis_only', async () => {
  project.write('work/a.txt', 'a');
  const outcome = await patch({ path: 'a.txt', edits: [edit('a', 'b')] }, { mode: 'analysis_only' });
  expect([outcome, textOf('work/a.txt')]).toEqual([
    { ok: true, output: { not_run: 'analysis_only' }, notRun: 'analysis_only' },
    'a',
  ]);
});
