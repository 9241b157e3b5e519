import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const project = writeFiles(path.join(temporaryDirectory(), 'routed'), {
  'agents.yaml': 'agents: {}\n',
  'pipelines.yaml': `pipelines:
  whole: { entry: size, ends: [long, short], score: size(input) }
  quick: { entry: size, ends: [short], score: '10' }
  chat: { entry: size, ends: [short], tags: [chat] }
`,
  'workflow.yaml': `workflow:
  id: routed
  nodes:
    - { id: size, type: transform, output: '\${{ size(input) }}' }
    - { id: which, type: decision }
    - { id: count, type: transform, output: '\${{ input.words }}', on_failure: continue_partial }
    - { id: long, type: end, output: '\${{ output }}' }
    - { id: short, type: end, output: short }
  edges:
    - { from: size, to: which }
    - { from: which, to: count, when: output > 20 }
    - { from: which, to: short, when: output > 0 }
    - { from: which, to: short }
    - { from: count, to: long }
`,
});

const long = 'A request of more than twenty letters.';

const pipelineText = `routing pipeline → whole (pipeline.score) Of 2 that fit it comes first by score (38).
  chat: the task lacks the tags chat
  quick: fits, score 10 against 38`;

it('says before a run why its pipeline is taken, and during the run why it goes where it goes', async () => {
  const { code, stdout, stderr } = await cli([
    'run',
    project,
    long,
    '--explain-routing',
    '--no-progress',
    '--id',
    'told',
  ]);
  expect([code, stdout]).toEqual([4, '']);
  expect(`${stderr.split('\n').slice(0, 7).join('\n')}\n`).toBe(`${pipelineText}
routing which, stage → which->count[output > 20] (edge.condition) The condition "output > 20" fits.
  which->short[output > 0]: a condition before it fits
  which->short: a condition fits
routing count, fallback → continue_partial (on_failure.continue_partial) The stage failed with "config", which no edge takes: the task goes on with null for its output, and ends as partial.
`);
  const shown = await cli(['show', 'told', '--project', project, '--routing']);
  expect(stderr.startsWith(shown.stdout)).toBe(true);
  const routing = [{ rule: 'pipeline.score' }, { rule: 'edge.condition' }, { rule: 'on_failure.continue_partial' }];
  const asJson = await cli(['show', 'told', '--project', project, '--json']);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ routing });
  const again = await cli(['run', project, long, '--explain-routing', '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ routing });
  const plain = await cli(['run', project, long, '--json']);
  expect(JSON.parse(plain.stdout)).not.toHaveProperty('routing');
});

it('says with --plan why the pipeline would be taken, and runs nothing', async () => {
  const before = await cli(['tasks', '--project', project, '--json']);
  const planned = await cli(['run', project, long, '--plan', '--explain-routing']);
  expect(planned.code).toBe(0);
  expect(planned.stdout.startsWith(`${pipelineText}\n\nPipeline whole`)).toBe(true);
  const json = await cli(['run', project, 'Short.', '--plan', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({ routing: { chosen: 'quick', rule: 'pipeline.score' } });
  expect(await cli(['tasks', '--project', project, '--json'])).toEqual(before);
});
