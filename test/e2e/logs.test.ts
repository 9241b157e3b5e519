import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { cli } from './cli-call.ts';
import { startCli, until } from './cli-process.ts';
import { copyExample } from './copy-example.ts';
import { temporaryDirectory } from './project.ts';

const directory = temporaryDirectory();
const logger = `plugins:
  - { name: log, type: telemetry.logger, config: { path: ./logs/events.jsonl, max_bytes: 4000, keep: 50 } }
`;

/** A copy of the example whose agent looks things up, with a task "one" that is done. */
async function researcher(name: string, plugins: string): Promise<string> {
  const project = copyExample('examples/researcher', path.join(directory, name));
  writeFileSync(path.join(project, 'plugins.yaml'), plugins);
  expect((await cli(['run', project, '--id', 'one', '--quiet'])).code).toBe(0);
  return project;
}

const typesIn = (text: string): readonly string[] => {
  const lines = text.trim() === '' ? [] : text.trim().split('\n');
  return lines.map((line) => z.looseObject({ type: z.string() }).parse(JSON.parse(line)).type);
};

it('shows the events that a plugin wrote, over all its files and past a torn line, by type and stage', async () => {
  const project = await researcher('logged', logger);
  appendFileSync(path.join(project, 'logs/events.jsonl'), 'no event\n\n{"type":"task.completed","ta');
  const show = (...words: readonly string[]) => cli(['logs', ...words, '--project', project]);
  const all = typesIn((await show('one', '--json')).stdout);
  expect([all[0], all.at(-1), all.includes('llm.chunk')]).toEqual(['task.created', 'task.completed', true]);
  expect((await show('one')).stderr).toContain('warning 1 line of the log is no event, and was left out.');
  const some = await show('--json', '--type', 'tool', '--type', 'agent.called', '--stage', 'look_up');
  expect(new Set(typesIn(some.stdout))).toEqual(new Set(['agent.called', 'tool.called', 'tool.finished']));
  const lines = await show('one', '--type', 'stage.finished');
  expect(lines.stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} +one look_up +stage\.finished +attempt=1 durationMs=\d+$/mu);
  const followed = await show('one', '--follow', '--json', '--type', 'task');
  expect([followed.code, typesIn(followed.stdout)]).toEqual([0, ['task.created', 'task.started', 'task.completed']]);
});

it('shows what the journals tell where no plugin writes events, of the newest task, and to its end', async () => {
  const project = await researcher('bare', 'plugins: []\n');
  const { stdout, stderr } = await cli(['logs', '--follow', '--project', project, '--json']);
  expect(stderr).toContain('note: the newest task is one.');
  expect(typesIn(stdout)).toEqual([
    'task.created',
    'routing.decided',
    'task.started',
    'checkpoint.written',
    'stage.started',
    'stage.finished',
    'stage.finished',
    'stage.skipped',
    'edge.taken',
    'checkpoint.written',
    'task.completed',
  ]);
});

it('says where else to look when a log has nothing, and shows it', async () => {
  const project = await researcher('late', logger);
  rmSync(path.join(project, 'logs'), { recursive: true });
  const nothing = await cli(['logs', 'one', '--project', project]);
  expect([nothing.code, nothing.stdout]).toEqual([0, '']);
  expect(nothing.stderr).toMatch(/note: nothing to show in .*; what journals tell: .*logs one --journal/u);
  expect(typesIn((await cli(['logs', 'one', '--journal', '--json', '--project', project])).stdout)).toHaveLength(11);
});

it('says what is asked for and not there, and waits for a task that is to come', async () => {
  const project = await researcher('asked', 'plugins: []\n');
  const show = (...words: readonly string[]) => cli(['logs', ...words, '--project', project]);
  const typo = await show('one', '--type', 'stage.faild');
  expect([typo.code, typo.stdout]).toEqual([2, '']);
  expect(typo.stderr).toMatch(/no type of event "stage\.faild"[\s\S]*Did you mean "stage\.failed"/u);
  const stage = await show('one', '--stage', 'look_upp');
  expect(stage.stderr).toMatch(/no event is about a stage "look_upp"; stages are: .*look_up/u);
  expect(stage.stderr).toContain('note: nothing to show');
  expect(stage.stderr).not.toContain('--journal');
  expect((await show('two')).code).not.toBe(0);
  const words = ['logs', 'two', '--follow', '--json', '--type', 'task', '--project', project];
  const followed = startCli(words);
  await until('the task is waited for', () => followed.stderr().includes('note: there is no task two yet'));
  await cli(['run', project, '--id', 'two', '--quiet']);
  const { code, stdout } = await followed.ended;
  expect([code, typesIn(stdout)]).toEqual([0, ['task.created', 'task.started', 'task.completed']]);
});

it('what plugins print goes to stderr, and stdout stays the result', async () => {
  const project = await researcher('printed', 'plugins: []\n');
  const bare = await cli(['run', project]);
  const plugins = [
    '{ name: screen, type: telemetry.stdout, config: { format: ndjson, payloads: full } }',
    '{ name: costs, type: telemetry.cost_summary }',
  ];
  writeFileSync(path.join(project, 'plugins.yaml'), `plugins:\n${plugins.map((one) => `  - ${one}\n`).join('')}`);
  const told = await cli(['run', project, '--no-progress']);
  expect(told.stdout).toBe(bare.stdout);
  expect(told.stderr).toContain('"type":"llm.responded"');
  expect(told.stderr).toContain('"messages":[');
  expect(told.stderr).toMatch(/^cost agent researcher +no price known, 3 calls/mu);
  const quiet = await cli(['run', project, '--quiet']);
  expect(quiet.stderr).not.toContain('cost ');
  expect(readFileSync(path.join(project, 'plugins.yaml'), 'utf8')).toContain('telemetry.stdout');
});
