import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../support/project-fixture.ts';
import { cli } from './cli-call.ts';

const workflow = `workflow:
  id: guarded
  nodes:
    - { id: a, type: transform, output: 1 }
    - { id: b, type: transform, output: 2 }
  edges: [ { from: a, to: b } ]
`;

const plugins = `plugins:
  - { name: guard, type: module, module: ./guard.mjs }
  - { name: door, type: module, module: ./door.mjs }
  - { name: log, type: telemetry.logger, config: { path: ./taken/events.jsonl } }
`;

const guard = `export const plugin = { name: 'guard', version: '1', hooks: { before_stage: () => { throw new Error('asleep'); } } };`;
const door = `export const plugin = { name: 'door', version: '1', setup: () => { throw new Error('jammed'); } };`;

it('says what plugins and sinks fail at, once each with the sum at the end, also when quiet', async () => {
  const project = temporaryDirectory();
  const files = { 'workflow.yaml': workflow, 'plugins.yaml': plugins, 'guard.mjs': guard, 'door.mjs': door, taken: '' };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(project, name), text);
  const { code, stdout, stderr } = await cli(['run', project, 'go', '--quiet']);
  expect([code, stdout]).toEqual([0, '2\n']);
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toEqual([
    'warning Plugin "door" failed at setup: it threw: jammed',
    'warning Plugin "guard" failed at before_stage: it threw: asleep',
    expect.stringMatching(
      /^warning Sink "jsonl .*events\.jsonl" has a problem: ".*" cannot be written: E(?:EXIST|NOTDIR)/u,
    ),
    'warning Plugin "guard" failed 2 times in all.',
    expect.stringMatching(/^warning Sink "jsonl .*" lacks \d+ events\.$/u),
  ]);
});
