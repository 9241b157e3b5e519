import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { answerAtDesk, letter, protocolOf, startDesk } from '../support/desk/brain.ts';
import { deskProject } from '../support/desk/project.ts';
import { deskProviders, keyEnvironment } from '../support/desk/providers.ts';
import type { WireAnswer } from '../support/wire/answer.ts';
import type { WireRequest, WireServer } from '../support/wire/server.ts';
import { cli } from './cli-call.ts';
import { inherited, startCli } from './cli-process.ts';
import { temporaryDirectory, timesRun, writeFiles } from './project.ts';

const directory = temporaryDirectory();
const environment = { ...inherited, ...keyEnvironment };

const open: WireServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** Four calls make the whole run; the one of this number gets half an answer, once. */
async function deskThatStalls(at: number): Promise<WireServer> {
  let asked = 0;
  const server = await startDesk((request) => {
    asked += 1;
    return asked === at ? halfOf(request) : answerAtDesk(request);
  });
  open.push(server);
  return server;
}

/** The start of an answer that must not be used: it says something else, and looks like one. */
function halfOf(request: WireRequest): WireAnswer {
  const protocol = protocolOf(request);
  const { start } = protocol.frames({ texts: ['{"condition":"drop"}'] });
  return { kind: 'stream', headers: protocol.streamHeaders, parts: start, ending: 'stall' };
}

/** What each request asked for: by whom, and after how many turns. */
function askedOf({ requests }: WireServer): string[] {
  return requests.map((request) => {
    const { system, turns } = protocolOf(request).sent(request.body);
    const said = [system, ...turns.map(({ text }) => text)].join('\n');
    const agent = said.includes('Judge the facts')
      ? 'judge'
      : said.includes('Write a letter')
        ? 'writer'
        : 'researcher';
    return `${agent} ${turns.length}`;
  });
}

const calls = ['researcher 1', 'researcher 3', 'judge 1', 'writer 1'];
const kills = [
  ...deskProviders.map(({ name }) => ({ name, at: 2 })),
  ...[1, 3, 4].map((at) => ({ name: 'claude', at })),
];

describe('a process that is killed between the calls of its agents', () => {
  it.each(kills)('asks nothing twice that was answered: $name, in call $at', async ({ name, at }) => {
    const server = await deskThatStalls(at);
    const project = writeFiles(
      path.join(directory, `${name}${at}`),
      deskProject({ origin: server.origin, model: name }),
    );
    const { child, ended } = startCli(['run', project, 'Tell me.', '--id', 'task', '--no-progress'], { environment });
    const { closed } = await server.request(at - 1);
    child.kill('SIGKILL');
    await Promise.all([ended, closed]);
    const { code, stdout } = await cli(['resume', 'task', '--project', project, '--no-progress'], { environment });
    expect([code, stdout]).toEqual([0, `${letter}\n`]);
    expect(askedOf(server)).toEqual([...calls.slice(0, at), ...calls.slice(at - 1)]);
    expect(timesRun(project)).toEqual({ look_up: 1 });
  });
});
