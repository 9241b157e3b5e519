import { expect, it } from 'vitest';
import { stageRows } from '../../../../src/cli/text/stage-rows.ts';
import { tableLines } from '../../../../src/cli/text/table.ts';
import { storedTask } from '../../../../src/engine/index.ts';
import { openProject } from '../../../support/engine-fixture.ts';
import { keptOutput } from '../output.ts';

const schema = { type: 'object', required: ['text'], properties: { text: { type: 'string' } } } as const;

it('shows of each stage its attempts, tokens, cost, what was mended and refused, and where a failure went', async () => {
  const { engine, clock, directory } = await openProject(
    {
      engine: {
        models: {
          told: { provider: 'scripted', script: 'replies.yaml', price: { input_per_mtok: 10, output_per_mtok: 10 } },
        },
        defaults: { model: 'told' },
      },
      agents: { writer: { prompt: 'Write.', output_schema: schema, json: { retries: 2 } } },
      files: {
        'replies.yaml': `replies:
  - { call: 1, reply: '{"no": 1}', tokens: { prompt: 100, completion: 10 } }
  - { call: 2, reply: 'Here: {"text": "a",}', tokens: { prompt: 200, completion: 10 } }
`,
      },
      workflow: {
        nodes: [
          { id: 'write', type: 'agent', agent: 'writer' },
          { id: 'broken', type: 'tool', tool: 'broken', retries: 1 },
          { id: 'rescue', type: 'transform', output: 1 },
        ],
        edges: [
          { from: 'write', to: 'broken' },
          { from: 'broken', to: 'rescue', type: 'fallback' },
        ],
      },
      tools: {
        broken: () => {
          throw new Error('Broken');
        },
      },
    },
    { host: 'local' },
  );
  await clock.outcomeOf(engine.runOne('go', { id: 'task' }));
  await engine.close();
  const { task, calls, repairs, plugins } = await storedTask(directory, 'task');
  expect(repairs).toEqual({ write: { mended: 1, refused: 1 } });
  const output = keptOutput();
  const rows = stageRows({ trace: task.trace, routing: task.routing, calls, repairs, plugins }, output);
  const lines = tableLines(rows, output).map((line) =>
    line
      .replaceAll(/\d+ms|\d+(?:\.\d+)?s/gu, '-')
      .replaceAll(/ +/gu, ' ')
      .trim(),
  );
  expect(lines).toEqual([
    'STAGE TYPE STATUS ATTEMPTS TIME CALLS TOOLS TOKENS COST JSON',
    'write agent done 1 - 2 320 $0.00320 1 mended, 1 refused',
    'broken tool failed 2 - tool.failed → rescue',
    'rescue transform done 1 -',
  ]);
});

it('says of a stage how long nobody was at work on it, and counts that in no time', () => {
  const output = keptOutput();
  const stage = { stage: 'work', node: 'work', node_type: 'tool', status: 'done', attempt: 1 } as const;
  const trace = [{ ...stage, started_at: 1_000, ended_at: 7_205_000, idle_ms: 7_200_000 }];
  const rows = stageRows({ trace, routing: [], calls: [], repairs: {}, plugins: [] }, output);
  expect(tableLines(rows, output).map((line) => line.replaceAll(/ +/gu, ' ').trim())).toEqual([
    'STAGE TYPE STATUS ATTEMPTS TIME TOKENS',
    'work tool done 1 4.0s interrupted for 2h 00m',
  ]);
});
