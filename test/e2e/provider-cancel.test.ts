import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Engine } from '../../src/index.ts';
import { protocolOf, startDesk } from '../support/desk/brain.ts';
import { deskProject } from '../support/desk/project.ts';
import { deskProviders, keyEnvironment } from '../support/desk/providers.ts';
import type { WireAnswer } from '../support/wire/answer.ts';
import type { WireRequest, WireServer } from '../support/wire/server.ts';
import { cli } from './cli-call.ts';
import { inherited, repository, startCli, until, type Running } from './cli-process.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();
const environment = { ...inherited, ...keyEnvironment };

const open: WireServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** A server that begins to answer and does not go on, and a project that asks it. */
async function stalling(name: string, place: string): Promise<{ server: WireServer; project: string }> {
  const server = await startDesk(stalled);
  open.push(server);
  const project = writeFiles(path.join(directory, place), deskProject({ origin: server.origin, model: name }));
  return { server, project };
}

function stalled(request: WireRequest): WireAnswer {
  const { streamHeaders: headers, frames } = protocolOf(request);
  return { kind: 'stream', headers, parts: frames({ texts: ['Hel', 'lo'] }).start, ending: 'stall' };
}

/** A run on the command line that has been told the beginning of an answer. */
async function startStalled(server: WireServer, project: string): Promise<Running> {
  const running = startCli(['run', project, 'Tell me.', '--id', 'task', '--no-progress', '--events'], { environment });
  await server.request(0);
  await until('the beginning of the answer is there', () => running.stdout().includes('"llm.chunk"'));
  return running;
}

describe.each(deskProviders)('a stream of $name that stalls', ({ name }) => {
  it.each(['memory', 'local'] as const)('is closed when its task is cancelled (%s host)', async (host) => {
    const { server, project } = await stalling(name, `${name} ${host}`);
    const engine = await Engine.fromConfigDir(project, { host, environment: keyEnvironment });
    const begun = new Promise<void>((resolve) => {
      engine.events$.subscribe(({ type }) => type === 'llm.chunk' && resolve());
    });
    const { id } = await engine.createTask({ input: 'Tell me.' });
    const running = engine.runTask(id);
    await begun;
    await engine.cancelTask(id);
    await (
      await server.request(0)
    ).closed;
    expect((await running).status).toBe('cancelled');
    await engine.close();
    expect(server.requests).toHaveLength(1);
  });

  it('is closed when the engine is', async () => {
    const { server, project } = await stalling(name, `${name} closed`);
    const engine = await Engine.fromConfigDir(project, { host: 'memory', environment: keyEnvironment });
    const running = engine.runOne('Tell me.');
    const outcome = running.then(
      () => 'an end',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    );
    const { closed } = await server.request(0);
    await engine.close();
    await closed;
    expect(await outcome).toBe('ENGINE_CLOSED');
  });
});

// What a process adds is the same for all providers.
describe('a stream that stalls in a process', () => {
  it('is closed when another process cancels its task', async () => {
    const { server, project } = await stalling('claude', 'cancelled');
    const running = await startStalled(server, project);
    const cancelled = await cli(['cancel', 'task', '--project', project], { environment });
    await (
      await server.request(0)
    ).closed;
    expect([cancelled.code, cancelled.stderr]).toEqual([0, 'Task "task" is cancelled. Stopped at work: research.\n']);
    expect((await running.ended).stdout).toContain('"task.cancelled"');
  });

  it('is closed at the second Ctrl-C', async () => {
    const { server, project } = await stalling('claude', 'interrupted');
    const running = await startStalled(server, project);
    running.child.kill('SIGINT');
    await until('it says that it pauses', () => running.stderr().includes('Pausing'));
    running.child.kill('SIGINT');
    await (
      await server.request(0)
    ).closed;
    expect((await running.ended).code).toBe(130);
  });
});

/** A program of a user, which does not end itself. It runs a project after the other. */
const program = `
import { Engine } from ${JSON.stringify(path.join(repository, 'src/index.ts'))};
for (const directory of process.argv.slice(2)) {
  const engine = await Engine.fromConfigDir(directory, { host: 'local' });
  const { status } = await engine.runOne('Tell me.');
  await engine.close();
  const left = process.getActiveResourcesInfo().filter((name) => /Timeout|Socket|TCP/.test(name));
  console.log(JSON.stringify({ status, left }));
}
`;

it('nothing of any provider keeps a program alive whose engine is closed', async () => {
  const server = await startDesk();
  open.push(server);
  const places = deskProviders.map(({ name }) =>
    writeFiles(path.join(directory, `${name} program`), deskProject({ origin: server.origin, model: name })),
  );
  const file = path.join(writeFiles(directory, { 'program.mjs': program }), 'program.mjs');
  const child = spawn(process.execPath, [file, ...places], { env: environment });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece) => (stdout += String(piece)));
  child.stderr.on('data', (piece) => (stderr += String(piece)));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const said = `${JSON.stringify({ status: 'completed', left: [] })}\n`;
  expect([code, stdout, stderr]).toEqual([0, said.repeat(deskProviders.length), '']);
});
