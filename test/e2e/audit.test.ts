import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { cli } from './cli-call.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();

/** Writes a file, then tries to write one where it may not. */
function place(name: string): string {
  return writeFiles(path.join(directory, name), {
    'workflow.yaml': `workflow:
  id: writing
  nodes:
    - { id: write, type: tool, tool: write, arguments: { path: kept.txt, text: "SECRET WORDS" } }
    - { id: escape, type: tool, tool: write, arguments: { path: ../escaped.txt, text: "SECRET WORDS" } }
    - { id: refused, type: end, output: refused }
  edges:
    - { from: write, to: escape }
    - { from: escape, to: refused, type: error, on: [permission] }
`,
    'agents.yaml': 'agents: {}\n',
    'tools.yaml': 'tools:\n  write: { type: filesystem.write_file, root: ./out }\n',
    'engine.yaml': `engine: { name: writing, durability: process, permissions: { filesystem: { write: [./out] } } }\n`,
    'plugins.yaml': `plugins: [{ name: audit, type: audit.log, config: { path: "\${env:LOGS}/audit.jsonl" } }]\n`,
  });
}

it('tells what was allowed, denied and undone, in one chain over processes', async () => {
  const project = place('chain');
  mkdirSync(path.join(project, 'out'));
  const environment = { PATH: process.env['PATH'] ?? '', LOGS: './.agent-engine' };
  const file = path.join(project, '.agent-engine/audit.jsonl');
  const none = await cli(['audit', 'verify', project], { environment });
  expect(none).toMatchObject({ code: 0, stdout: `${file}: 0 entries, last hash ${'0'.repeat(64)}\n` });
  const ran = await cli(['run', project, 'go', '--id', 'task', '--quiet'], { environment });
  expect(ran).toMatchObject({ code: 0, stdout: 'refused\n' });
  await cli(['undo', 'task', '--project', project], { environment });
  expect(existsSync(path.join(project, 'out/kept.txt'))).toBe(false);
  const text = readFileSync(file, 'utf8');
  expect(typesIn(text)).toEqual([
    'task.created',
    'security.checked',
    'security.denied',
    'tool.denied',
    'task.completed',
    'task.undone',
  ]);
  expect(text).not.toContain('SECRET WORDS');
  const verified = await cli(['audit', 'verify', '--json'], { cwd: project, environment });
  expect(verified.code).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject([{ ok: true, entries: 6, problems: [] }]);
});

const typesIn = (text: string): readonly (string | undefined)[] =>
  [...text.matchAll(/"type":"(?<type>[^"]+)"/gu)].map(({ groups }) => groups?.['type']);

/** A tool that needs consent, and a log. */
function asking(name: string): string {
  return writeFiles(path.join(directory, name), {
    'workflow.yaml': 'workflow:\n  id: asking\n  nodes: [{ id: act, type: tool, tool: act, arguments: {} }]\n',
    'agents.yaml': 'agents: {}\n',
    'tools.yaml': 'tools:\n  act: { type: module, module: ./act.mjs, consent: always }\n',
    'act.mjs': 'export default () => "done";\n',
    'engine.yaml': 'engine: { name: asking, durability: process }\n',
    'plugins.yaml': 'plugins: [{ name: audit, type: audit.log, config: { path: logs/audit.jsonl } }]\n',
  });
}

it('tells of answers that are remembered and revoked, and of tasks that are removed', async () => {
  const project = asking('revoked');
  const file = path.join(project, 'logs/audit.jsonl');
  const at = ['--project', project];
  await cli(['run', project, 'go', '--id', 'task', '--quiet']);
  await cli(['answer', 'task', '--allow', '--remember', 'project', '--quiet', ...at]);
  const [{ id } = { id: '' }] = z
    .array(z.object({ id: z.string() }))
    .parse(JSON.parse((await cli(['consent', 'list', '--json', ...at])).stdout));
  expect(await cli(['consent', 'revoke', id, ...at])).toMatchObject({ code: 0, stderr: '' });
  await cli(['tasks', 'prune', '--older-than', '0s', '--dry-run', ...at]);
  expect((await cli(['tasks', 'prune', '--older-than', '0s', ...at])).stdout).toMatch(/^1 task removed/u);
  const text = readFileSync(file, 'utf8');
  expect(typesIn(text)).toEqual([
    'task.created',
    'security.consent_requested',
    'security.consent_granted',
    'task.resumed',
    'task.completed',
    'security.consent_revoked',
    'task.pruned',
  ]);
  const entries = text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(entries.slice(2)).toMatchObject([
    { data: { by: 'person', remember: 'project' } },
    {},
    {},
    { taskId: '', data: { consent: id, tool: 'act', answer: 'allow', task: 'task', stage: 'act' } },
    { taskId: '', data: { tasks: ['task'], below: 0, by: 'request' } },
  ]);
  expect((await cli(['audit', 'verify', project])).stdout).toContain(': 7 entries, last hash ');
});

it('revokes an answer also where the manifests are broken, and says that no log was told', async () => {
  const project = asking('revoked in the dark');
  const at = ['--project', project];
  await cli(['run', project, 'go', '--id', 'task', '--quiet']);
  await cli(['answer', 'task', '--allow', '--remember', 'project', '--quiet', ...at]);
  const id = /^\w{12}/mu.exec((await cli(['consent', 'list', ...at])).stdout)?.[0] ?? '';
  writeFiles(project, { 'tools.yaml': 'tools: [\n' });
  const revoked = await cli(['consent', 'revoke', id, ...at]);
  expect(revoked).toMatchObject({
    code: 0,
    stderr: 'The audit log and other sinks of the project were not told: The manifests have errors.\n',
  });
  expect((await cli(['consent', 'list', ...at])).stdout).toBe('No answer is remembered for the project.\n');
});

it('ends with 1 where a log is broken, and names the line', async () => {
  const project = place('broken');
  mkdirSync(path.join(project, 'out'));
  const environment = { PATH: process.env['PATH'] ?? '', LOGS: 'logs' };
  await cli(['run', project, 'go', '--quiet'], { environment });
  const file = path.join(project, 'logs/audit.jsonl');
  const sound = readFileSync(file, 'utf8');
  const hash = /"hash":"(?<hash>[0-9a-f]{64})"\}\n$/u.exec(sound)?.groups?.['hash'] ?? '';
  expect((await cli(['audit', 'verify', file, '--expect', hash])).code).toBe(0);
  const lines = sound.split('\n');
  writeFileSync(file, lines.with(2, lines[2]?.replace('"security.denied"', '"security.checked"') ?? '').join('\n'));
  const found = await cli(['audit', 'verify', file]);
  expect(found).toMatchObject({
    code: 1,
    stdout: `${file}: 5 entries, last hash ${hash}\n  line 3: changed: Entry 3 is not as it was written.\n`,
  });
  expect(found.stderr).toContain('SECURITY_AUDIT_BROKEN');
  const json = await cli(['audit', 'verify', file, '--json']);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject([{ ok: false, problems: [{ line: 3, kind: 'changed' }] }]);
  writeFileSync(file, lines.slice(0, 2).join('\n'));
  const cut = await cli(['audit', 'verify', file, '--expect', hash]);
  expect({ code: cut.code, cut: cut.stdout.includes('line 2: cut:') }).toEqual({ code: 1, cut: true });
});

it('says what it needs', async () => {
  const bad = await cli(['audit', 'verify', '--expect', 'abc']);
  expect({ code: bad.code, said: bad.stderr.includes('HOST_USAGE') }).toEqual({ code: 2, said: true });
  const without = await cli(['audit', 'verify', 'configs/basic_llm_agent']);
  expect({ code: without.code, said: without.stderr.includes('"audit.log"') }).toEqual({ code: 2, said: true });
});
