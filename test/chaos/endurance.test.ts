import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { inherited } from '../e2e/cli-process.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from '../support/project-fixture.ts';
import { isExhaustive } from '../support/property-settings.ts';

const run = promisify(execFile);
const script = path.join(import.meta.dirname, '../support/endurance-process.ts');
const tasks = isExhaustive ? 10_000 : 200;

const Report = z.looseObject({ before: z.number(), after: z.number(), subscribed: z.number() });

/** A bit of everything that holds something while it is at work: an agent, memory, timeouts, retries, child tasks. */
const project: ProjectParts = {
  workflow: {
    nodes: [
      { id: 'start', type: 'transform', output: '${{ input.text }}' },
      { id: 'draft', type: 'agent', agent: 'writer', timeout: '10m' },
      { id: 'flaky', type: 'tool', tool: 'flaky', retries: 1, backoff: '1m', timeout: '10m' },
      {
        id: 'each',
        type: 'map',
        items: [1, 2],
        node: { type: 'tool', tool: 'work', arguments: { item: '${{ item }}' } },
      },
      { id: 'choose', type: 'decision' },
      { id: 'ask', type: 'feedback' },
      { id: 'finish', type: 'end' },
    ],
    edges: [
      { from: 'start', to: 'draft' },
      { from: 'draft', to: 'flaky' },
      { from: 'flaky', to: 'each' },
      { from: 'each', to: 'choose' },
      { from: 'choose', to: 'ask', when: 'input.asks' },
      { from: 'choose', to: 'finish', when: '!input.asks' },
    ],
  },
  engine: { models: { told: { provider: 'scripted', script: 'replies.yaml' } }, defaults: { model: 'told' } },
  agents: { writer: { prompt: 'Write.' } },
  tools: { work: { type: 'registered' }, flaky: { type: 'registered' } },
  files: { 'replies.yaml': 'replies: [{ reply: hello }]' },
};

it.each(['memory', 'local'])(
  `holds no more after a day with ${tasks} tasks than before, and no timer, on the host %s`,
  { timeout: 600_000 },
  async (host) => {
    const directory = temporaryDirectory();
    writeProject(directory, project);
    // Code that has not run for a while would be dropped meanwhile, which hides as much of a leak.
    const words = ['--expose-gc', '--no-flush-bytecode', script, directory, host, String(tasks)];
    const { stdout, stderr } = await run(process.execPath, words, { env: inherited });
    expect(stderr).toBe('');
    const report: unknown = JSON.parse(stdout);
    const { before, after, subscribed, ...seen } = Report.parse(report);
    expect(seen).toEqual({
      elapsedMs: 24 * 60 * 60_000,
      openBefore: 50,
      stillWaiting: 50,
      statuses: ['completed'],
      waits: [],
      open: 0,
      unsunk: 0,
      isComplete: true,
    });
    expect(subscribed).toBeGreaterThan(tasks * 10);
    expect(after / before).toBeLessThan(1.05);
  },
);
