import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();

const project = writeFiles(path.join(directory, 'planned'), {
  'agents.yaml': `agents:
  writer: { prompt: Write., output_schema: { type: object }, budget: { max_tokens_total: 5000 } }
`,
  'engine.yaml': `engine:
  name: planned
  models:
    told:
      provider: scripted
      script: replies.yaml
      context_window: 1000
      max_output_tokens: 200
      price: { input_per_mtok: 1000, output_per_mtok: 5000 }
  defaults: { model: told, max_cost_usd: 1.5 }
`,
  'replies.yaml': 'replies: [{ reply: {} }]\n',
  'pipelines.yaml': `pipelines:
  whole: { entry: draft, ends: [done] }
  look: { entry: draft, ends: [draft], modes: [analysis_only], priority: 5 }
`,
  'workflow.yaml': `workflow:
  id: planned
  budget: { max_tokens_total: 100000, on_exceeded: degrade, degrade_to: offline }
  nodes:
    - { id: draft, type: agent, agent: writer }
    - { id: again, type: agent, agent: writer, retries: 2, budget: { max_cost_usd: 0.25 } }
    - { id: done, type: end }
  edges:
    - { from: draft, to: again }
    - { from: again, to: done }
`,
});

it('says what a run would be, and what stops it earlier', async () => {
  const { code, stdout, stderr } = await cli(['run', project, 'Write it.', '--plan', '--pipeline', 'whole']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toBe(`Pipeline whole  The caller asked for it.

3 stages, of which a run may skip some
  draft  agent  writer
  again  agent  writer
  done   end

The most that the run can come to
  model calls  8
  tokens       unknown: a model or an agent declares no sizes
  cost         unknown: a model declares no price or no sizes

Budgets
  task planned  $1.50           fails the stage when it is used up
  task planned  100,000 tokens  goes on with offline when it is used up
  agent writer  5,000 tokens    fails the stage when it is used up
  stage again   $0.25           fails the stage when it is used up
`);
});

it('gives the same as JSON, and leaves nothing behind', async () => {
  const sized = writeFiles(path.join(directory, 'sized'), {
    'agents.yaml': 'agents:\n  writer: { prompt: Write. }\n',
    'engine.yaml': `engine:
  name: sized
  models:
    haiku:
      provider: scripted
      script: replies.yaml
      context_window: 1000
      max_output_tokens: 200
      price: { input_per_mtok: 1, output_per_mtok: 5 }
  defaults: { model: haiku, max_cost_usd: 0.002, max_tokens_total: 5000, retries: 1 }
`,
    'replies.yaml': 'replies: [{ reply: {} }]\n',
    'workflow.yaml': 'workflow:\n  id: sized\n  nodes: [{ id: draft, type: agent, agent: writer }]\n',
  });
  const { code, stdout, stderr } = await cli(['run', sized, '--plan', '--json']);
  expect([code, stderr, JSON.parse(stdout)]).toEqual([
    0,
    '',
    {
      workflow: 'sized',
      pipeline: 'sized',
      reason: 'It is the only one that fits.',
      routing: {
        at: 'task',
        kind: 'pipeline',
        candidates: [{ id: 'sized' }],
        chosen: 'sized',
        rule: 'pipeline.only',
        reason: 'It is the only one that fits.',
        overrides: [],
      },
      mode: 'normal',
      stages: [{ stage: 'draft', type: 'agent', agent: 'writer' }],
      worst_case: {
        model_calls: { most: 2, is_exact: true },
        tokens: { input: { most: 1_600, is_exact: true }, output: { most: 400, is_exact: true } },
        cost_usd: { most: 0.0036, is_exact: true },
      },
      budgets: [{ scope: 'task', id: 'sized', max_cost_usd: 0.002, max_tokens_total: 5_000, is_exceeded: true }],
    },
  ]);
  expect(existsSync(path.join(sized, '.agent-engine'))).toBe(false);
});

it('chooses the pipeline as a run would, and refuses what goes with a run alone', async () => {
  const look = await cli(['run', project, '--plan', '--analysis-only', '--json']);
  expect(JSON.parse(look.stdout)).toMatchObject({ pipeline: 'look', mode: 'analysis_only' });
  const unknown = await cli(['run', project, '--plan', '--pipeline', 'hole']);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('Did you mean "whole"?')]);
  expect((await cli(['run', project, '--plan', '--step'])).code).toBe(2);
});
