import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Engine } from '../../src/index.ts';
import { answerAtDesk, startDesk } from '../support/desk/brain.ts';
import { deskProject } from '../support/desk/project.ts';
import { cli } from './cli-call.ts';
import { inherited } from './cli-process.ts';
import { temporaryDirectory, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();
/** Its ends are looked for one by one; no number of a time or an id can hold either. */
const secret = 'sk-from "a file" kept-shut';

/** Tools that print what they were given, that fail with it, and that look for it where it lies. */
const leaky: Files = {
  'engine.yaml': `engine:
  name: leaky
  models:
    told: { provider: scripted, script: replies.yaml }
    taped: { provider: replay, cassette: tape.json, records: told, record: all }
  defaults: { model: taped }
  permissions: { commands: { allow: ['*'] }, filesystem: { read: [.], write: [.] } }
`,
  'tools.yaml': `tools:
  print: { type: command.run, command: 'node print.mjs "\${file:secrets/token}"', consent: always }
  fail: { type: command.run, command: 'node print.mjs "\${file:secrets/token}" failing' }
  read: { type: filesystem.read_file, root: . }
  look: { type: filesystem.search, root: . }
  list: { type: filesystem.list, root: ./secrets }
  write: { type: filesystem.write_file, root: . }
`,
  'print.mjs': `const [, , secret, failing] = process.argv;
console.log(JSON.stringify({ secret }), secret);
if (failing) { console.error('failed with ' + secret); process.exitCode = 3; }
`,
  'agents.yaml': `agents:
  worker: { prompt: Work on it., tools: [print, fail, read, look, list, write], max_steps: 8 }
`,
  'replies.yaml': `replies:
  - { call: 1, tool_calls: [{ tool: print, arguments: {} }] }
  - { call: 2, tool_calls: [{ tool: fail, arguments: {} }] }
  - { call: 3, tool_calls: [{ tool: read, arguments: { path: secrets/token } }] }
  - { call: 4, tool_calls: [{ tool: look, arguments: { query: from } }] }
  - { call: 5, tool_calls: [{ tool: list, arguments: {} }] }
  - { call: 6, tool_calls: [{ tool: write, arguments: { path: secrets/token, content: x } }] }
  - { call: 7, reply: Done. }
`,
  'plugins.yaml': `plugins:
  - { name: events, type: telemetry.logger, config: { path: logs/events.jsonl, payloads: full } }
  - { name: audit, type: audit.log, config: { path: logs/audit.jsonl } }
`,
  'workflow.yaml': `workflow:
  id: leaky
  nodes:
    - { id: work, type: agent, agent: worker }
    - { id: again, type: tool, tool: fail, arguments: {} }
    - { id: broken, type: end, output: "\${{ error.message }}" }
    - { id: done, type: end }
  edges:
    - { from: work, to: again }
    - { from: again, to: done }
    - { from: again, to: broken, type: error }
`,
  'secrets/token': `${secret}\n`,
};

/** Files of a project, but for the secret itself, in which it stands. */
function leaks(project: string): string[] {
  return readdirSync(project, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.endsWith('secrets/token') && holds(readFileSync(file, 'utf8')))
    .map((file) => path.relative(project, file));
}

function holds(text: string): boolean {
  return text.includes('sk-from') || text.includes('kept-shut');
}

it('hands the secret of a file to a command, and shows it nowhere', async () => {
  const project = writeFiles(path.join(directory, 'leaky'), leaky);
  const at = ['--project', project];
  const commands = [
    ['validate', project, '--json'],
    ['run', project, 'hello', '--id', 'task', '--events'],
    ['answer', 'task', ...at],
    ['answer', 'task', ...at, '--allow'],
    ['show', 'task', ...at],
    ['show', 'task', ...at, '--calls', '--json'],
    ['show', 'task', ...at, '--journal', '--json'],
    ['show', 'task', ...at, '--stage', 'work'],
    ['replay', 'task', ...at],
    ['tasks', ...at, '--json'],
  ];
  const said: string[] = [];
  for (const words of commands) {
    const { stdout, stderr } = await cli(words);
    said.push(stdout + stderr);
  }
  expect(said.map((text, index) => (holds(text) ? commands[index] : undefined)).filter(Boolean)).toEqual([]);
  expect(leaks(project)).toEqual([]);
  const calls = said[5] ?? '';
  expect(calls).toContain('▇ redacted (file:secrets/token)');
  expect(calls).toContain('always: secret files');
  expect(readFileSync(path.join(project, 'secrets/token'), 'utf8')).toBe(`${secret}\n`);
  expect(readFileSync(path.join(project, 'tape.json'), 'utf8')).toContain('▇ redacted (file:secrets/token)');
});

it('asks a model with the key of a file, and says which file is missing and where', async () => {
  const key = 'sk-model-key-91';
  const { origin, requests, close } = await startDesk(answerAtDesk);
  const files = deskProject({ model: 'chat', isKeyNamed: true, origin });
  const engineJson = (files['engine.json'] ?? '').replaceAll(/\$\{env:\w+\}/gu, '${file:keys/model}');
  const project = writeFiles(path.join(directory, 'keyed'), {
    ...files,
    'engine.json': engineJson,
    'keys/model': `${key}\n`,
  });
  const engine = await Engine.fromConfigDir(project, { environment: {} });
  const { status } = await engine.runOne('Tell me.');
  await engine.close();
  await close();
  expect(status).toBe('completed');
  expect(new Set(requests.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${key}`]));
  rmSync(path.join(project, 'keys/model'));
  const { code, stderr, stdout } = await cli(['validate', project], { environment: inherited });
  expect(code).toBe(1);
  expect(stderr + stdout).toMatch(
    /^error MANIFEST_SECRET_UNREADABLE engine\.json:\d+:\d+\n {2}The secret file "keys\/model" is not there\.\n/mu,
  );
});
