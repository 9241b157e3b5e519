import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Engine, type EngineEvent } from '../../src/index.ts';
import { answerAtDesk, letter, startDesk } from '../support/desk/brain.ts';
import { echoes } from '../support/desk/echo.ts';
import { deskProject } from '../support/desk/project.ts';
import { deskProviders, keyEnvironment, otherKey } from '../support/desk/providers.ts';
import { wireKey } from '../support/wire/faults.ts';
import type { WireAnswer } from '../support/wire/answer.ts';
import type { WireRequest, WireServer } from '../support/wire/server.ts';
import { cli } from './cli-call.ts';
import { inherited } from './cli-process.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();
const environment = { ...inherited, ...keyEnvironment };
const keys = [wireKey, otherKey];
const memory = {
  'memory.yaml': 'memory: { task_store: { type: file_json, path: memory/task.json } }\n',
};

let made = 0;
const open: WireServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
async function desk(answer: (request: WireRequest) => WireAnswer): Promise<WireServer> {
  const server = await startDesk(answer);
  open.push(server);
  return server;
}

/** All files of a project, by their paths, with the state file and what lies beside it. */
function filesIn(project: string): string[] {
  return readdirSync(project, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Where a key stands, among files and texts. */
function leaks(project: string, texts: Readonly<Record<string, string>>): string[] {
  const files = filesIn(project).map((file) => [path.relative(project, file), readFileSync(file)] as const);
  const held = files.filter(([, bytes]) => keys.some((key) => bytes.includes(key)));
  const said = Object.entries(texts).filter(([, text]) => keys.some((key) => text.includes(key)));
  return [...held, ...said].map(([name]) => name);
}

const sources = deskProviders.flatMap(({ name }) => [
  { name, isKeyNamed: false, key: wireKey, from: 'where the provider looks' },
  { name, isKeyNamed: true, key: otherKey, from: 'where the manifest says' },
]);

/** What the command line says of a task, in every way there is. */
async function toldByCommands(project: string, taskId: string): Promise<Record<string, string>> {
  const at = ['--project', project];
  const commands = [
    ['show', taskId, ...at, '--json'],
    ['show', taskId, ...at, '--journal', '--json'],
    ['replay', taskId, ...at],
  ];
  const ends = await Promise.all(commands.map((words) => cli(words, { environment })));
  expect(ends.map(({ code }) => code)).toEqual(commands.map(() => 0));
  return Object.fromEntries(ends.map(({ stdout, stderr }, index) => [String(commands[index]), stdout + stderr]));
}

describe.each(sources)('the key of $name, found $from', ({ name, isKeyNamed, key }) => {
  const options = { model: name, isKeyNamed };

  it('is sent, and stands nowhere when all goes well', async () => {
    const { origin, requests } = await desk(answerAtDesk);
    const project = writeFiles(path.join(directory, `${name} ${isKeyNamed} well`), {
      ...deskProject({ ...options, origin }),
      ...memory,
    });
    const engine = await Engine.fromConfigDir(project, { environment: keyEnvironment, payloads: 'full' });
    const events: EngineEvent[] = [];
    engine.events$.subscribe((event) => events.push(event));
    const result = await engine.runOne('Tell me.');
    const texts = { result: JSON.stringify(result), events: JSON.stringify(events), engine: inspect(engine.compiled) };
    const before = leaks(project, texts); // while the log of the state file is there
    await engine.close();
    expect([result.output, before, leaks(project, {})]).toEqual([letter, [], []]);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(requests.map(() => `Bearer ${key}`));
    expect(filesIn(project).map((file) => path.basename(file))).toContain('events.jsonl');
    expect(filesIn(project).some((file) => file.includes(`${path.sep}memory${path.sep}`))).toBe(true);
  });

  it('stands nowhere when the server says it in every fault', async () => {
    let at = 0;
    const { origin, requests } = await desk((request) => echoes[at]?.answer(request) ?? answerAtDesk(request));
    const project = writeFiles(path.join(directory, `${name} ${isKeyNamed} echo`), {
      ...deskProject({ ...options, origin }),
      ...memory,
    });
    const engine = await Engine.fromConfigDir(project, { environment: keyEnvironment, payloads: 'full' });
    const texts: Record<string, string> = {};
    const events: EngineEvent[] = [];
    engine.events$.subscribe((event) => events.push(event));
    for (const [place, echo] of echoes.entries()) {
      at = place;
      const result = await engine.runOne('Tell me.', { id: `task${place}` });
      expect([echo.name, result.output]).toEqual([echo.name, expect.stringMatching(/^provider\./u)]);
      texts[echo.name] = inspect(result, { depth: 20, showHidden: true });
    }
    texts['events'] = JSON.stringify(events);
    const before = leaks(project, texts);
    await engine.close();
    expect([before, leaks(project, {})]).toEqual([[], []]);
    expect(texts['events']).toContain('▇ redacted');
    expect(requests.every(({ headers }) => headers.authorization === `Bearer ${key}`)).toBe(true);
  });
});

const jsonEcho = (request: WireRequest): WireAnswer => {
  const [answer] = echoes.flatMap((echo) => (echo.name === 'a status 401' ? [echo.answer(request)] : []));
  if (answer === undefined) throw new Error('There is no such echo.');
  return answer;
};

/** A project whose server refuses every request and says the key. */
async function echoing(name: string): Promise<string> {
  const { origin } = await desk((request) => jsonEcho(request));
  return writeFiles(path.join(directory, `${name} told ${(made += 1)}`), {
    ...deskProject({ origin, model: name, isKeyNamed: true }),
    ...memory,
  });
}
describe('what the command line says of a server that says the key', () => {
  it.each(deskProviders)('has no key in it: run, of $name', async ({ name }) => {
    const project = await echoing(name);
    const { code, stdout, stderr } = await cli(['run', project, 'Tell me.', '--events'], { environment });
    expect([code, leaks(project, { stdout, stderr })]).toEqual([0, []]);
    expect(stdout).toContain('▇ redacted');
  });

  it('has no key in it: all that shows a task', async () => {
    const project = await echoing('claude');
    const run = await cli(['run', project, 'Tell me.', '--id', 'task', '--json'], { environment });
    const texts = await toldByCommands(project, 'task');
    expect([run.code, leaks(project, { ...texts, run: run.stdout + run.stderr })]).toEqual([0, []]);
    expect(Object.values(texts).join('')).toContain('▇ redacted');
  });
});

it('keeps keys out of cassettes', async () => {
  const { origin } = await desk(answerAtDesk);
  for (const { name } of deskProviders) {
    const project = writeFiles(
      path.join(directory, `${name} taped`),
      deskProject({ origin, model: 'taped', records: name, isKeyNamed: true }),
    );
    const engine = await Engine.fromConfigDir(project, { host: 'memory', environment: keyEnvironment });
    const { status } = await engine.runOne(`My keys are ${keys.join(' and ')}.`);
    await engine.close();
    expect(status).toBe('completed');
    const cassette = readFileSync(path.join(project, 'cassettes/desk.json'), 'utf8');
    expect([cassette.includes('My keys are'), keys.some((key) => cassette.includes(key))]).toEqual([true, false]);
  }
});
