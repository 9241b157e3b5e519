import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { manifestSchema } from '../../src/manifest-compiler/index.ts';
import { fileKinds, type FileKind } from '../../src/manifest/index.ts';
import { configsDirectory } from '../support/config-projects.ts';
import { cli } from './cli-call.ts';
import { repository, stackPattern, type Ended } from './cli-process.ts';
import { temporaryDirectory } from './project.ts';

const directory = temporaryDirectory();
const fileNames = fileKinds.map((kind) => `${kind}.schema.json`);
const everySchema = Object.fromEntries(fileKinds.map((kind) => [kind, manifestSchema(kind)]));
const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

let cwd = directory;
beforeEach(({ task }) => {
  cwd = path.join(directory, task.id);
  mkdirSync(cwd);
});

const schema = (...words: string[]): Promise<Ended> => cli(['schema', ...words], { cwd });

it('prints the schema of one kind of manifest, or those of all by kind', async () => {
  const [one, all] = await Promise.all([schema('workflow'), schema()]);
  expect([one.code, one.stderr, JSON.parse(one.stdout)]).toEqual([0, '', manifestSchema('workflow')]);
  expect([all.code, all.stderr, JSON.parse(all.stdout)]).toEqual([0, '', everySchema]);
});

it('writes a file for each kind, makes the directories for them, and says which files', async () => {
  const written = await schema('--out', 'deep/schemas');
  expect(written).toMatchObject({ code: 0, stderr: '' });
  expect(written.stdout.trim().split('\n')).toEqual(fileNames.map((name) => `deep/schemas/${name}`));
  const out = path.join(cwd, 'deep/schemas');
  expect(readdirSync(out).toSorted()).toEqual(fileNames.toSorted());
  expect(fileKinds.map((kind) => readJson(path.join(out, `${kind}.schema.json`)))).toEqual(
    fileKinds.map((kind) => manifestSchema(kind)),
  );
});

it('writes one kind alone when it is named, and replaces what it wrote before', async () => {
  const old = path.join(cwd, 'tools.schema.json');
  writeFileSync(old, JSON.stringify({ $id: manifestSchema('tools')['$id'], description: 'Of an older version.' }));
  expect(await schema('tools', '--out', '.')).toMatchObject({ code: 0, stdout: 'tools.schema.json\n' });
  expect([readdirSync(cwd), readJson(old)]).toEqual([['tools.schema.json'], manifestSchema('tools')]);
});

it('leaves a project without a new finding when the schemas lie beside its own', async () => {
  const project = path.join(cwd, 'project');
  cpSync(path.join(repository, 'configs/basic_llm_agent'), project, { recursive: true });
  const before = await cli(['validate', project, '--json']);
  expect(await schema('--out', 'project/schemas')).toMatchObject({ code: 0 });
  const after = await cli(['validate', project, '--json']);
  expect(after).toEqual(before);
  expect(existsSync(path.join(project, 'schemas/workflow.schema.json'))).toBe(true);
});

it('never writes over a file that holds something else', async () => {
  const file = path.join(cwd, 'memory.schema.json');
  writeFileSync(file, '{ "type": "string" }');
  const refused = await schema('--out', '.');
  expect([refused.code, refused.stdout, readdirSync(cwd), readFileSync(file, 'utf8')]).toEqual([
    1,
    '',
    ['memory.schema.json'],
    '{ "type": "string" }',
  ]);
  expect(refused.stderr).toContain(
    `error HOST_OUTPUT_UNWRITABLE The file "${file}" is there and holds something else.`,
  );
});

it.each([
  ['is a file', 'taken', 'The directory "{}" cannot be written (ENOTDIR).'],
  ['lies below a file', 'taken/schemas', 'The directory "{}" cannot be written (ENOTDIR).'],
  ['has a directory in place of a file', 'full', 'The file "{}/tools.schema.json" cannot be written (EISDIR).'],
])('says so when the directory %s, and leaves nothing behind', async (_, out, message) => {
  writeFileSync(path.join(cwd, 'taken'), 'text');
  mkdirSync(path.join(cwd, 'full/tools.schema.json'), { recursive: true });
  const refused = await schema('--out', out);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain(`error HOST_OUTPUT_UNWRITABLE ${message.replace('{}', path.join(cwd, out))}\n`);
  expect(refused.stderr).not.toMatch(stackPattern);
  expect([readFileSync(path.join(cwd, 'taken'), 'utf8'), readdirSync(path.join(cwd, 'full'))]).toEqual([
    'text',
    ['tools.schema.json'],
  ]);
});

// Only Linux has /proc.
it.runIf(process.platform === 'linux')(
  'ends where the system has a directory that no other can be made in',
  async () => {
    const refused = await schema('--out', '/proc/agent-engine');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('HOST_OUTPUT_UNWRITABLE The directory "/proc/agent-engine" cannot be written');
  },
);

it.each([
  [['workflw'], 'There is no kind of manifest called "workflw".', 'Did you mean "workflow"?'],
  [['workflow.yaml'], 'There is no kind of manifest called "workflow.yaml".', 'Use one of "engine", "agents"'],
  [['workflow', '--out', ''], '--out has no value.', 'Give it a directory.'],
])('takes %j for a mistake in usage', async (words, message, hint) => {
  const refused = await schema(...words);
  expect([refused.code, refused.stdout, readdirSync(cwd)]).toEqual([2, '', []]);
  expect(refused.stderr).toContain(`error HOST_USAGE ${message}\n  help: ${hint}`);
});

const Package = z.object({
  exports: z.record(z.string(), z.unknown()),
  files: z.array(z.string()),
  scripts: z.record(z.string(), z.string()),
});

/** What a file in configs/ is; files of "workflows" are written like workflow.yaml. */
function kindOf(file: string): FileKind | undefined {
  const { base, dir, ext } = path.parse(file);
  if (path.basename(dir) === 'workflows' && ext === '.yaml') return 'workflow';
  return fileKinds.find((kind) => [`${kind}.yaml`, `${kind}.yml`].includes(base));
}

it('lets every manifest of the examples begin with a line that leads an editor to the built schema', () => {
  const { exports, files, scripts } = Package.parse(readJson(path.join(repository, 'package.json')));
  expect(scripts['build']).toMatch(/ && node bin\/agent-engine\.js schema --out dist\/schemas(?: &&|$)/u);
  expect([exports['./schemas/*.json'], files.includes('dist')]).toEqual(['./dist/schemas/*.json', true]);
  const found = readdirSync(configsDirectory, { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(configsDirectory, file))
    .flatMap((file) => {
      const kind = kindOf(file);
      if (kind === undefined) return [];
      const [line = ''] = readFileSync(file, 'utf8').split('\n');
      const address = /^# yaml-language-server: \$schema=(?<address>\S+)$/u.exec(line)?.groups?.['address'] ?? '';
      return [{ file, kind, target: path.resolve(path.dirname(file), address) }];
    });
  expect(found.length).toBeGreaterThanOrEqual(fileKinds.length);
  for (const { file, kind, target } of found) {
    expect([file, target]).toEqual([file, path.join(repository, 'dist/schemas', `${kind}.schema.json`)]);
  }
});
