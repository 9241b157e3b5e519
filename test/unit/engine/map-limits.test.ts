import { describe, expect, it } from 'vitest';
import { openProject } from '../../support/engine-fixture.ts';
import { done, openMap, pick, picking } from '../../support/map-project.ts';
import { stageOf } from '../../support/task-reading.ts';

describe('the list of a map', () => {
  const echo = { type: 'transform', output: '${{ item }}' } as const;

  it('may be empty', async () => {
    const { engine } = await openMap({ node: { node: echo } });
    expect(await engine.runOne([])).toMatchObject({ status: 'completed', output: [] });
  });

  it.each([
    ['text', 'a string'],
    [null, 'null'],
    [{ a: 1 }, 'a object'],
    [7, 'a number'],
  ])('has to be a list: %j', async (input, what) => {
    const { engine } = await openMap({ node: { node: echo } });
    const { status, failures } = await engine.runOne(input);
    expect([status, failures]).toMatchObject([
      'failed',
      [{ code: 'config.expression', message: `The items of "each" are ${what}, where a list is needed.` }],
    ]);
  });

  it('may have as many items as the map takes, and no more', async () => {
    const { engine, events } = await openMap({ node: { node: echo, max_items: 2 } });
    expect((await engine.runOne([1, 2])).output).toEqual(done(1, 2));
    const before = events.length;
    const { failures } = await engine.runOne([1, 2, 3]);
    expect(failures).toMatchObject([{ code: 'config.value_too_large', details: { items: 3, limit: 2 } }]);
    expect(events.slice(before).filter(({ type }) => type === 'task.created')).toHaveLength(1);
  });

  it('gives no more than a stage may give', async () => {
    const node = { type: 'transform', output: '${{ item + item }}' } as const;
    const { engine } = await openMap({ node: { node }, engine: { limits: { max_value_bytes: 2_048 } } });
    const { status, failures } = await engine.runOne(Array.from({ length: 8 }, () => 'x'.repeat(150)));
    expect([status, failures]).toMatchObject(['failed', [{ code: 'config.value_too_large', stage: 'each' }]]);
  });
});

describe('max_parallel', () => {
  it.each([
    [{ max_parallel: 3 }, {}, 3],
    [{}, { defaults: { max_parallel: 2 } }, 2],
    [{ max_parallel: 1 }, { defaults: { max_parallel: 5 } }, 1],
    [{}, {}, 8],
  ])('bounds the items at work: %j', async (fields, engineFields, most) => {
    let atWork = 0;
    let highest = 0;
    const { engine, clock } = await openMap({
      node: { node: { type: 'tool', tool: 'work' }, ...fields },
      engine: engineFields,
      tools: {
        async work() {
          atWork += 1;
          highest = Math.max(highest, atWork);
          await clock.settle();
          atWork -= 1;
          return null;
        },
      },
    });
    const { status } = await engine.runOne(Array.from({ length: 20 }, (_, at) => at));
    expect([status, highest, atWork]).toEqual(['completed', most, 0]);
  });

  it('lets other tasks have their turn during a long list', async () => {
    const { engine } = await openMap({ node: { node: { type: 'transform', output: '${{ item }}' } } });
    const order: string[] = [];
    const note = async (name: string, input: unknown): Promise<void> => {
      await engine.runOne(input);
      order.push(name);
    };
    await Promise.all([
      note(
        'long',
        Array.from({ length: 400 }, (_, at) => at),
      ),
      note('short', [1]),
    ]);
    expect(order).toEqual(['short', 'long']);
  });
});

describe('a map that goes on with a quorum', () => {
  const node = { node: picking, on_item_failure: 'quorum', quorum: 2 } as const;

  it('is partial when enough items are done', async () => {
    const { engine } = await openMap({ node, tools: { pick } });
    expect(await engine.runOne(['a', 'bad', 'c'])).toMatchObject({
      status: 'partial',
      output: [{ ok: true }, { ok: false }, { ok: true }],
    });
    expect(await engine.runOne(['a', 'b'])).toMatchObject({ status: 'completed', output: done('A', 'B') });
  });

  it('fails when too few are done, and says which failed', async () => {
    const { engine } = await openMap({ node, tools: { pick } });
    const { status, failures } = await engine.runOne(['bad 1', 'b', 'bad 2']);
    expect([status, failures]).toMatchObject([
      'failed',
      [
        {
          code: 'branch_failed.items',
          message: 'Of the 3 items of "each" 1 are done, and a quorum needs 2.',
          details: {
            failed: [
              { index: 0, code: 'tool.failed' },
              { index: 2, code: 'tool.failed' },
            ],
          },
        },
      ],
    ]);
  });
});

describe('what goes up from the items', () => {
  it('keeps the code of a failure, so that edges tell failures apart', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'each', type: 'map', items: '${{ input }}', node: picking },
            { id: 'fine', type: 'end' },
            { id: 'late', type: 'end', output: 'a timeout' },
            { id: 'tools', type: 'end', output: '${{ error.code + " " + string(error.details.index) }}' },
          ],
          edges: [
            { from: 'each', to: 'fine' },
            { from: 'each', to: 'late', type: 'error', on: ['timeout', 'config'] },
            { from: 'each', to: 'tools', type: 'error', on: ['tool'] },
          ],
        },
        tools: { pick },
      },
      { host: 'memory' },
    );
    expect(await engine.runOne(['a', 'bad'])).toMatchObject({ status: 'completed', output: 'tool.failed 1' });
  });

  it('is what the items have spent, those that failed included', async () => {
    const { engine } = await openMap({
      host: 'local',
      node: { node: { type: 'agent', agent: 'writer' }, max_parallel: 1, max_items: 3, on_item_failure: 'continue' },
      engine: {
        models: {
          told: { provider: 'scripted', script: 'replies.yaml', price: { input_per_mtok: 1, output_per_mtok: 1 } },
        },
        defaults: { model: 'told', retries: 0 },
      },
      agents: { writer: { prompt: 'About {{ input }}.', output_schema: { type: 'array' } } },
      files: { 'replies.yaml': JSON.stringify({ replies: [{ match: 'About b', reply: 'no list' }, { reply: [1] }] }) },
    });
    const result = await engine.runOne(['a', 'b', 'c'], { id: 'task' });
    const items = await Promise.all([0, 1, 2].map((index) => engine.showTask(`task/each.${index}`)));
    const tokens = items.map(({ usage }) => usage.total_tokens);
    expect([result.status, items.map(({ status }) => status)]).toEqual([
      'partial',
      ['completed', 'failed', 'completed'],
    ]);
    expect(Math.min(...tokens)).toBeGreaterThan(0);
    const sum = tokens.reduce((one, other) => one + other, 0);
    expect([result.usage.total_tokens, stageOf(result, 'each').usage?.prompt_tokens]).toEqual([
      sum,
      items.reduce((total, { usage }) => total + usage.prompt_tokens, 0),
    ]);
    expect(result.usage.cost_usd).toBeCloseTo(sum / 1e6, 12);
  });
});
