import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { cli } from './cli-call.ts';
import { silentPipe, type CliOptions } from './cli-process.ts';
import { echoProject, temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();
const project = writeFiles(path.join(directory, 'echo'), echoProject);
const withDefault = writeFiles(path.join(directory, 'with-default'), {
  ...echoProject,
  'engine.yaml': 'engine:\n  name: with_default\n  default_request: Say hello.\n',
});
const megabyte = 'x'.repeat(1_048_576);

async function outputOf(words: readonly string[], options?: CliOptions): Promise<unknown> {
  const { code, stdout, stderr } = await cli(['run', ...words, '--quiet', '--json'], options);
  if (code !== 0) throw new Error(stderr);
  const { output } = z.object({ output: z.unknown() }).parse(JSON.parse(stdout));
  return output;
}

it('takes a request as a JSON object, as text, from a file, and from a pipe', async () => {
  writeFiles(directory, { 'request.md': '# Hello\n', 'request.json': '[1, "two"]' });
  expect(await outputOf([project, '--input', '{"a": 1}'])).toEqual({ kind: 'value', request: { a: 1 } });
  expect(await outputOf([project, '--input', '[draft] a text'])).toEqual({ kind: 'text', request: '[draft] a text' });
  expect(await outputOf([project, '-i', '@request.md'], { cwd: directory })).toEqual({
    kind: 'text',
    request: '# Hello\n',
  });
  expect(await outputOf([project, '-i', '@request.json'], { cwd: directory })).toEqual({
    kind: 'value',
    request: [1, 'two'],
  });
  expect(await outputOf([project, '--input', '-'], { stdin: 'piped\n' })).toEqual({ kind: 'text', request: 'piped' });
  expect(await outputOf([project, '-'], { stdin: 'piped\n' })).toEqual({ kind: 'text', request: 'piped' });
  expect(await outputOf([project], { stdin: 'piped\n' })).toEqual({ kind: 'text', request: 'piped' });
});

it('takes a request of a megabyte, and refuses one of nine', async () => {
  writeFiles(directory, { 'large.txt': megabyte });
  expect(await outputOf([project, '--input', '-'], { stdin: megabyte })).toEqual({ kind: 'text', request: megabyte });
  expect(await outputOf([project, '-i', '@large.txt'], { cwd: directory })).toEqual({
    kind: 'text',
    request: megabyte,
  });
  const { code, stdout, stderr } = await cli(['run', project, '--input', '-'], { stdin: megabyte.repeat(9) });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    [
      'error TASK_INPUT_TOO_LARGE The request has 9437186 bytes as JSON; the limit is 8388608.',
      '  help: Shorten it, name a file that a tool can read, or raise limits.max_input_bytes in engine.yaml.',
      '  See docs/errors.md#task_input_too_large',
      '',
    ].join('\n'),
  );
});

it("falls back on the project's own request, and says so", async () => {
  const silent = await cli(['run', withDefault], { stdin: silentPipe });
  const nothing = await cli(['run', withDefault]);
  for (const { code, stdout, stderr } of [silent, nothing]) {
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'kind: text\nrequest: Say hello.\n' });
    expect(stderr).toContain('note: The request is the project\'s own: "Say hello."\n');
  }
  expect(await outputOf([withDefault, 'Say goodbye.'])).toEqual({ kind: 'text', request: 'Say goodbye.' });
});

it.each<readonly [name: string, words: readonly string[], expected: RegExp, code: number]>([
  [
    'there is no request',
    [],
    /^error HOST_USAGE There is no request\.\n {2}help: Say what is to be done, for example: .+ run .+echo 'What is this about\?'\n/u,
    2,
  ],
  ['the request is empty', [''], /^error HOST_USAGE The request is empty\./u, 2],
  [
    'the request comes from two places',
    ['one', '--input', 'two'],
    /^error HOST_USAGE There is a request after the directory and one as --input\./u,
    2,
  ],
  [
    'the JSON of a request is broken',
    ['--input', '{"a": }'],
    /^error TASK_INPUT_INVALID The value of --input looks like JSON and is not \(.+\)\.\n/u,
    1,
  ],
  [
    'the file of a request is not there',
    ['--input', '@nowhere.md'],
    /^error TASK_INPUT_INVALID The file "nowhere\.md" cannot be read \(ENOENT\)\.\n/u,
    1,
  ],
  [
    'the file of a request is a directory',
    ['--input', '@.'],
    /^error TASK_INPUT_INVALID The file "\." cannot be read \(EISDIR\)\.\n/u,
    1,
  ],
  [
    'no pipeline has the name',
    ['go', '--pipeline', 'nope'],
    /^error HOST_USAGE The project has no pipeline "nope"\.\n/u,
    2,
  ],
])('says so when %s', async (...row) => {
  const [, words, expected, expectedCode] = row;
  const { code, stdout, stderr } = await cli(['run', project, ...words]);
  expect({ code, stdout }).toEqual({ code: expectedCode, stdout: '' });
  expect(stderr).toMatch(expected);
});

it('refuses a request that is no text', async () => {
  const { code, stderr } = await cli(['run', project, '--input', '-'], { stdin: Buffer.from([0xff, 0xfe, 0x00]) });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error TASK_INPUT_INVALID Standard input is no UTF-8 text\.\n/u);
});
