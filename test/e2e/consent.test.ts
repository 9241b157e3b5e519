import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { startCli, until } from './cli-process.ts';
import { temporaryDirectory, timesRun, toolFiles, writeFiles, type Files } from './project.ts';

const directory = temporaryDirectory();

/** A stage that waits for the file "gate", beside one whose tool needs consent. */
const project: Files = {
  ...toolFiles,
  'tools.yaml': `tools:
  count: { type: module, module: ./tools/count.js, export: count }
  ship: { type: module, module: ./tools/count.js, export: count, consent: always }
`,
  'workflow.yaml': `workflow:
  id: consent
  nodes:
    - { id: start, type: transform, output: "\${{ input }}" }
    - { id: gated, type: tool, tool: count, arguments: { stage: gated, gate: gate } }
    - { id: ship, type: tool, tool: ship, arguments: { stage: "\${{ input }}" } }
    - { id: join, type: merge }
    - { id: done, type: end, output: "\${{ output.ship.stage }}" }
  edges:
    - { from: start, to: gated }
    - { from: start, to: ship }
    - { from: gated, to: join }
    - { from: ship, to: join }
    - { from: join, to: done }
`,
};

const written = (name: string): string => writeFiles(path.join(directory, name), project);
const openGate = (at: string): void => writeFileSync(path.join(at, 'gate'), '');

it('waits for consent, survives a kill, and is answered in another process', async () => {
  const at = written('killed');
  const running = startCli(['run', at, 'shipped', '--id', 'task']);
  await until('it says what it asks', () => running.stderr().includes('answer from another terminal'));
  running.child.kill('SIGKILL');
  expect((await running.ended).signal).toBe('SIGKILL');
  const shown = await cli(['show', 'task', '--project', at]);
  expect(shown.stdout).toMatch(/asked May the tool "ship" run\? stage "ship" of task task/u);
  expect(shown.stdout).toMatch(/^ {2}why: tools\.ship\.consent: always, risk high$/mu);
  expect(shown.stdout).toMatch(/answer task --allow --project/u);
  openGate(at);
  const answered = await cli(['answer', 'task', '--allow', '--project', at, '--quiet']);
  expect({ code: answered.code, stdout: answered.stdout }).toEqual({ code: 0, stdout: 'shipped\n' });
  expect(timesRun(at)).toEqual({ gated: 2, shipped: 1 });
  const replayed = await cli(['replay', 'task', '--project', at]);
  expect(replayed.code).toBe(0);
});

it('hands an answer to the process that is at work, which goes on at once', async () => {
  const at = written('at work');
  const running = startCli(['run', at, 'shipped', '--id', 'task']);
  await until('it says what it asks', () => running.stderr().includes('answer from another terminal'));
  const answered = await cli(['answer', 'task', '--allow', '--project', at]);
  expect(answered.code).toBe(0);
  await until('the tool ran', () => timesRun(at)['shipped'] === 1);
  const late = await cli(['answer', 'task', '--deny', '--project', at]);
  expect({ code: late.code, said: late.stderr.includes('TASK_NOT_WAITING') }).toEqual({ code: 1, said: true });
  openGate(at);
  expect((await running.ended).stdout).toBe('shipped\n');
});

it('remembers an answer for the project until it is revoked', async () => {
  const at = written('remembered');
  openGate(at);
  expect((await cli(['run', at, 'one', '--id', 'one', '--quiet'])).code).toBe(3);
  const listed = await cli(['tasks', '--status', 'waiting', '--project', at]);
  expect(listed.stdout).toContain('one');
  await cli(['answer', 'one', '--allow', '--remember', 'project', '--project', at, '--quiet']);
  expect((await cli(['run', at, 'two', '--quiet'])).stdout).toBe('two\n');
  const { stdout } = await cli(['consent', 'list', '--project', at]);
  const id = /^(?<id>[0-9a-f]{12}) +allow +ship +.+ one *$/mu.exec(stdout)?.groups?.['id'] ?? '';
  expect((await cli(['consent', 'revoke', id, '--project', at])).code).toBe(0);
  const again = await cli(['consent', 'revoke', id, '--project', at]);
  expect(again.stderr).toContain('SECURITY_CONSENT_UNKNOWN');
  expect((await cli(['run', at, 'three', '--quiet'])).code).toBe(3);
  const lines = readFileSync(path.join(at, '.agent-engine/consents.jsonl'), 'utf8').trim().split('\n');
  expect(lines.map((line) => /"do":"(?<what>\w+)"/u.exec(line)?.groups?.['what'])).toEqual(['remember', 'revoke']);
});

it('is a failure of permission when it is denied', async () => {
  const at = written('denied');
  openGate(at);
  await cli(['run', at, 'one', '--id', 'task', '--quiet']);
  const denied = await cli(['answer', 'task', '--deny', '--comment', 'too late', '--project', at]);
  expect(denied.code).toBe(1);
  expect(denied.stderr).toContain('permission.denied');
  expect(denied.stderr).toContain('did not allow the tool "ship" to run: too late');
  expect((await cli(['answer', 'task', '--allow', 'yes', '--project', at])).code).toBe(2);
});
