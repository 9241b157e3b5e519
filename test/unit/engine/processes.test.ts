import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryDirectory, writeProject, type ProjectParts } from '../../support/project-fixture.ts';

const script = path.resolve(import.meta.dirname, '../../support/engine-process.ts');
const run = promisify(execFile);

const asking = (reply: string): ProjectParts => ({
  workflow: {
    nodes: [
      { id: 'start', type: 'transform', output: 1 },
      { id: 'one', type: 'agent', agent: 'writer', timeout: '10m' },
      { id: 'other', type: 'agent', agent: 'writer' },
    ],
    edges: [
      { from: 'start', to: 'one' },
      { from: 'start', to: 'other' },
    ],
  },
  engine: { models: { told: { provider: 'scripted', script: 'replies.yaml' } }, defaults: { model: 'told' } },
  agents: { writer: { prompt: 'Write.' } },
  files: { 'replies.yaml': `replies: [{ ${reply} }]` },
});

it.each([
  { name: 'its task is over', order: 'finish', reply: 'reply: hello', outcome: 'completed' },
  {
    name: 'the engine is closed while agents are at work',
    order: 'close',
    reply: 'stall: true',
    outcome: 'ENGINE_CLOSED',
  },
])('a process ends by itself when $name', async ({ order, reply, outcome }) => {
  const directory = temporaryDirectory();
  writeProject(directory, asking(reply));
  const { stdout, stderr } = await run(process.execPath, [script, directory, order], { timeout: 25_000 });
  expect([stdout, stderr]).toEqual([outcome, '']);
});
