import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { problemsToJson } from '../../../src/manifest-compiler/index.ts';
import { loadProject, type LoadOptions } from '../../../src/engine/project/load-project.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from '../../support/project-fixture.ts';

const limitBytes = 10 * 1_048_576;
const workflow: ProjectParts['workflow'] = { nodes: [{ id: 'echo', type: 'transform', output: 1 }] };
const asking: ProjectParts['workflow'] = { nodes: [{ id: 'write', type: 'agent', agent: 'writer' }] };

/** Code, file and path of every error. */
async function errorsOf(directory: string, options: LoadOptions = {}): Promise<string[]> {
  const { problems } = await loadProject(directory, options);
  return problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code, file, path: way }) => [code, file, way.join('.')].join(' ').trim());
}

function projectOf(parts: ProjectParts): string {
  const directory = temporaryDirectory();
  writeProject(directory, parts);
  return directory;
}

it.each([
  ['at the limit', ' ', limitBytes, []],
  ['one byte over the limit', ' ', limitBytes + 1, ['MANIFEST_FILE_TOO_LARGE workflow.json']],
  ['far over the limit', ' ', 2 * limitBytes, ['MANIFEST_FILE_TOO_LARGE workflow.json']],
  ['of long characters, over the limit', '界', limitBytes + 1, ['MANIFEST_FILE_TOO_LARGE workflow.json']],
])('takes a manifest for what it is when it is %s', async (...[, filling, bytes, expected]) => {
  const directory = temporaryDirectory();
  const text = JSON.stringify({ workflow: { id: 'main', ...workflow } });
  const characters = Math.ceil((bytes - text.length) / Buffer.byteLength(filling));
  writeFileSync(path.join(directory, 'workflow.json'), `${text}${filling.repeat(characters)}`);
  expect(await errorsOf(directory)).toEqual(expected);
});

it('refuses a prompt that is too large, instead of asking with a part of it', async () => {
  const directory = projectOf({
    workflow: asking,
    agents: { writer: { prompt: 'long.md' } },
    files: { 'long.md': 'x'.repeat(limitBytes + 1) },
  });
  expect(await errorsOf(directory)).toEqual(['MANIFEST_FILE_TOO_LARGE agents.json agents.writer.prompt']);
});

it.each([
  ['a directory', (file: string) => mkdirSync(file)],
  ['a pipe that nobody writes into', (file: string) => execFileSync('/usr/bin/env', ['mkfifo', file])],
  ['a device without an end', (file: string) => symlinkSync('/dev/zero', file)],
  ['no UTF-8', (file: string) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00]))],
  ['UTF-8 that ends in the middle of a character', (file: string) => writeFileSync(file, Buffer.from([0x61, 0xe7]))],
])('says that a manifest cannot be read when it is %s, and what is wrong in the others', async (_case, make) => {
  const directory = temporaryDirectory();
  make(path.join(directory, 'workflow.yaml'));
  writeFileSync(path.join(directory, 'tools.yaml'), 'tools: { work: { tpye: registered } }');
  const { compiled, problems } = await loadProject(directory);
  expect(compiled).toBeUndefined();
  expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
    'MANIFEST_FIELD_UNKNOWN tools.yaml',
    'MANIFEST_FILE_UNREADABLE workflow.yaml',
  ]);
});

it('shows the first byte of a file that is no UTF-8 text', async () => {
  const directory = projectOf({ workflow: asking, agents: { writer: { prompt: 'p.md' } } });
  writeFileSync(path.join(directory, 'p.md'), Buffer.from([0x61, 0x0a, 0x62, 0xff]));
  const { problems, sources } = await loadProject(directory);
  expect(problemsToJson(problems, sources).filter(({ severity }) => severity === 'error')).toEqual([
    {
      code: 'MANIFEST_FILE_UNREADABLE',
      severity: 'error',
      message: 'The file is not UTF-8 text.',
      hint: 'Save it as UTF-8.',
      file: 'p.md',
      path: [],
      line: 2,
      column: 2,
      endLine: 2,
      endColumn: 3,
    },
  ]);
});

it('shows where the script of a scripted model is wrong', async () => {
  const directory = projectOf({
    workflow: asking,
    engine: { models: { demo: { provider: 'scripted', script: './demo.yaml' } }, defaults: { model: 'demo' } },
    agents: { writer: { prompt: 'Write.' } },
    files: { 'demo.yaml': 'replies:\n  - reply: hello\n  - stag: write\n    reply: hello\n' },
  });
  const { problems } = await loadProject(directory);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([
    {
      code: 'MODEL_SCRIPT_INVALID',
      severity: 'error',
      message: '"stag" is no field of a script; did you mean "stage"?',
      hint: 'Write a list "replies:" of { agent, stage, match, call, reply | tool_calls | fail | stall }.',
      file: 'demo.yaml',
      path: [],
      range: [30, 34],
    },
  ]);
});

it('looks whether modules are there, and does not read them', async () => {
  const directory = projectOf({
    workflow,
    tools: {
      there: { type: 'module', module: './tools/there.js' },
      gone: { type: 'module', module: './tools/gone.js' },
      folder: { type: 'module', module: './tools' },
      linked: { type: 'module', module: './tools/linked.js' },
    },
    files: { 'tools/there.js': `${'\0'.repeat(100)} this is no code` },
  });
  symlinkSync(process.execPath, path.join(directory, 'tools/linked.js'));
  expect(await errorsOf(directory)).toEqual([
    'MANIFEST_FILE_MISSING tools.json tools.gone.module',
    'MANIFEST_FILE_MISSING tools.json tools.folder.module',
    'MANIFEST_FILE_MISSING tools.json tools.linked.module',
  ]);
});

it('asks whether variables are set when it is given an environment, and only then', async () => {
  const directory = projectOf({
    workflow,
    engine: { models: { keyed: { provider: 'offline', model: '${env:ONE}-${env:TWO}' } } },
  });
  expect([
    await errorsOf(directory),
    await errorsOf(directory, { environment: { ONE: 'one', TWO: undefined } }),
    await errorsOf(directory, { environment: { ONE: 'one', TWO: '' } }),
  ]).toEqual([[], ['MANIFEST_ENVIRONMENT_MISSING engine.json engine.models.keyed.model'], []]);
});

it('says that a workflow file which a node names cannot be read', async () => {
  const directory = projectOf({
    workflow: { id: 'w', nodes: [{ id: 'call', type: 'workflow', workflow: 'workflows/inner.yaml' }] },
  });
  mkdirSync(path.join(directory, 'workflows'));
  writeFileSync(path.join(directory, 'workflows/inner.yaml'), Buffer.from([0x61, 0xff]));
  const { compiled, problems } = await loadProject(directory);
  expect(compiled).toBeUndefined();
  expect(problems.map(({ code, file }) => `${code} ${file}`)).toEqual([
    'MANIFEST_FILE_UNREADABLE workflows/inner.yaml',
  ]);
});

it('offers the nearest file of the same folder for one that is not there', async () => {
  const directory = projectOf({
    engine: { models: { demo: { provider: 'scripted', script: 'scripts/dmeo.yaml' } } },
    workflow: {
      nodes: [
        { id: 'write', type: 'agent', agent: 'writer' },
        { id: 'work', type: 'tool', tool: 'work' },
        { id: 'call', type: 'workflow', workflow: 'flows/cal.yaml' },
      ],
    },
    agents: {
      writer: { prompt: 'prompts/long/wrtier.md', output_schema: 'Haikus' },
      other: { prompt: 'none/at/all.md' },
    },
    tools: { work: { type: 'module', module: 'tools/worker.js' } },
    files: {
      'scripts/demo.yaml': 'replies: [{ reply: a }]',
      'prompts/long/writer.md': 'Write.',
      'prompts/long/writer.png': '',
      'schemas/Haiku.json': '{}',
      'tools/work.js': '',
      'flows/call.yaml': '',
      'flows/cal.md': '',
    },
  });
  const { problems } = await loadProject(directory);
  const missing = problems.filter(({ code }) => code === 'MANIFEST_FILE_MISSING');
  expect(missing.map(({ message, hint }) => `${message} ${hint}`)).toEqual([
    'The script file "scripts/dmeo.yaml" is not there. Did you mean "scripts/demo.yaml"?',
    'The prompt file "prompts/long/wrtier.md" is not there. Did you mean "prompts/long/writer.md"?',
    'The schema file "schemas/Haikus.json" is not there. Did you mean "Haiku"?',
    'The prompt file "none/at/all.md" is not there. Create "none/at/all.md".',
    'The module file "tools/worker.js" is not there. Did you mean "tools/work.js"?',
    'The workflow file "flows/cal.yaml" is not there. Did you mean "flows/call.yaml"?',
  ]);
});
