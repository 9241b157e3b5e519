import { describe, expect, it } from 'vitest';
import type { EngineEvent, TaskResult } from '../../../src/index.ts';
import {
  openDirectory,
  openProject,
  untilStopped,
  type OpenEngine,
  type TestProject,
  type TestTools,
} from '../../support/engine-fixture.ts';
import { stageOf } from '../../support/task-reading.ts';

/** Every call has 1,000 tokens and costs $0.1; a stage asks one of two models. */
function spending(parts: Partial<TestProject> & Pick<TestProject, 'workflow'>, defaults: object = {}): TestProject {
  const model = { provider: 'scripted', script: 'replies.yaml', max_output_tokens: 800 };
  return {
    engine: {
      models: { told: { ...model, price: { input_per_mtok: 100, output_per_mtok: 100 } }, spare: model },
      defaults: { model: 'told', ...defaults },
    },
    agents: { writer: { prompt: 'Write.' }, other: { prompt: 'Write.' } },
    files: { 'replies.yaml': 'replies: [{ reply: hello, tokens: { prompt: 200, completion: 800 } }]' },
    ...parts,
  };
}

const ask = (id: string, more: object = {}): { id: string; type: 'agent'; agent: string } => ({
  id,
  type: 'agent',
  agent: 'writer',
  ...more,
});

function chain(count: number, more: object = {}): TestProject['workflow'] {
  const ids = Array.from({ length: count }, (_, at) => `ask_${at + 1}`);
  return {
    nodes: ids.map((id) => ask(id, more)),
    edges: ids.slice(1).map((to, at) => ({ from: ids[at] ?? '', to })),
  };
}

const statuses = ({ trace }: TaskResult): string[] => trace.map(({ stage, status }) => `${stage} ${status}`);

type BudgetEvent = EngineEvent & { type: 'budget.warned' | 'budget.exceeded' };

function isOfBudget(event: EngineEvent): event is BudgetEvent {
  return event.type.startsWith('budget.');
}

function budgetEvents({ events }: OpenEngine): object[] {
  return events.filter(isOfBudget).map(({ type, stageId, data }) => Object.assign({ type, stageId }, data));
}

const modelsAsked = ({ events }: OpenEngine): string[] =>
  events.flatMap((event) => (event.type === 'llm.requested' ? [event.data.model] : []));

const soft = (max: number, to: string): object => ({ max_tokens_total: max, on_exceeded: 'degrade', degrade_to: to });

describe('a task', () => {
  it('asks no model any more when its tokens are used up, and its error edges say what then', async () => {
    const { nodes, edges = [] } = chain(3);
    const workflow: TestProject['workflow'] = {
      nodes: [...nodes, { id: 'short', type: 'end', status: 'failure', output: '${{ error.code }}' }],
      edges: [...edges, { from: 'ask_3', to: 'short', type: 'error', on: ['budget'] }],
    };
    const opened = await openProject(spending({ workflow }, { max_tokens_total: 2_100 }), { host: 'memory' });
    const result = await opened.engine.runOne('go', { id: 'task' });
    expect(statuses(result)).toEqual(['ask_1 done', 'ask_2 done', 'ask_3 failed', 'short done']);
    expect(result.usage.total_tokens).toBe(2_000);
    expect([stageOf(result, 'ask_3').attempt, stageOf(result, 'ask_3').failure]).toMatchObject([
      1,
      { code: 'budget.exceeded', category: 'budget', details: { scope: 'task', id: 'task', spent_tokens: 2_000 } },
    ]);
    const fact = { stageId: 'ask_2', scope: 'task', id: 'task', spentTokens: 2_000, maxTokens: 2_100 };
    expect(budgetEvents(opened)).toMatchObject([
      { type: 'budget.warned', ...fact },
      { type: 'budget.exceeded', ...fact, stageId: 'ask_3', action: 'stop' },
    ]);
  });

  it('asks no model any more when its dollars are used up', async () => {
    const opened = await openProject(spending({ workflow: chain(4) }, { max_cost_usd: 0.21 }), { host: 'memory' });
    const result = await opened.engine.runOne('go');
    expect([result.status, result.usage.cost_usd]).toEqual(['failed', 0.2]);
    expect(result.failures.map(({ code, message }) => [code, message])).toEqual([
      [
        'budget.exceeded',
        `The task "${result.taskId}" has used $0.2 of $0.21, which leaves too little for the next call of the model "told".`,
      ],
    ]);
  });

  it('goes on with another model where its budget says so', async () => {
    const budget = { max_cost_usd: 0.21, on_exceeded: 'degrade' as const, degrade_to: 'spare', warn_at: 0.4 };
    const opened = await openProject(spending({ workflow: { ...chain(4), budget } }), { host: 'memory' });
    const result = await opened.engine.runOne('go', { id: 'task' });
    expect([result.status, modelsAsked(opened)]).toEqual(['completed', ['told', 'told', 'spare', 'spare']]);
    expect(budgetEvents(opened)).toMatchObject([
      { type: 'budget.warned', stageId: 'ask_1', spentUsd: 0.1, maxUsd: 0.21 },
      { type: 'budget.exceeded', stageId: 'ask_3', action: 'degrade', spentUsd: 0.2 },
    ]);
  });

  it('asks each model once when its budgets degrade to different ones', async () => {
    const project = spending({
      workflow: { ...chain(3), budget: soft(1_010, 'tiny') },
      agents: { writer: { prompt: 'Write.', budget: soft(1_005, 'small') }, other: { prompt: 'Write.' } },
    });
    const spare = { provider: 'scripted', script: 'replies.yaml', max_output_tokens: 800 };
    const engine = { models: { told: spare, small: spare, tiny: spare }, defaults: { model: 'told' } };
    const opened = await openProject({ ...project, engine }, { host: 'memory' });
    const result = await opened.engine.runOne('go');
    expect([result.status, modelsAsked(opened)]).toEqual(['completed', ['told', 'small', 'small']]);
  });

  it('takes the budget of the defaults where its workflow has none', async () => {
    const defaults = { budget: { max_tokens_total: 1_100 } };
    const result = await (
      await openProject(spending({ workflow: chain(2) }, defaults), { host: 'memory' })
    ).engine.runOne('go');
    expect(statuses(result)).toEqual(['ask_1 done', 'ask_2 failed']);
  });

  it('never exceeds its budget with branches at the same time, and gives each what it needs', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    const workflow: TestProject['workflow'] = {
      nodes: [{ id: 'fork', type: 'transform', output: 1 }, ...ids.map((id) => ask(id))],
      edges: ids.map((to) => ({ from: 'fork', to })),
    };
    const run = async (maxTokens: number): Promise<TaskResult> => {
      const project = spending({ workflow }, { max_tokens_total: maxTokens });
      return (await openProject(project, { host: 'memory' })).engine.runOne('go');
    };
    expect(await run(4_100)).toMatchObject({ status: 'completed', usage: { total_tokens: 4_000 } });
    const short = await run(3_100);
    expect([short.status, short.usage.total_tokens]).toEqual(['failed', 3_000]);
    expect(short.failures.map(({ code }) => code)).toEqual(['budget.exceeded']);
  });
});

/** Five items, three at a time: the tokens that they have used, and how many were refused. */
async function runMap(more: object, defaults: object): Promise<unknown[]> {
  const each: TestProject['workflow']['nodes'][number] = {
    id: 'each',
    type: 'map',
    items: [1, 2, 3, 4, 5],
    max_parallel: 3,
    on_item_failure: 'continue',
    node: { type: 'agent', agent: 'writer' },
    ...more,
  };
  const { engine } = await openProject(spending({ workflow: { nodes: [each] } }, defaults), { host: 'local' });
  const { output, usage } = await engine.runOne('go');
  const items = Array.isArray(output) ? output.map((item: unknown) => JSON.stringify(item)) : [];
  return [usage.total_tokens, items.filter((item) => item.includes('"budget.exceeded"')).length];
}

describe('a budget of a part', () => {
  it('is that of all that an agent does in one task', async () => {
    const workflow = chain(3);
    const agents = { writer: { prompt: 'Write.', budget: { max_tokens_total: 1_100 } }, other: { prompt: 'Write.' } };
    const nodes = workflow.nodes.map((node) => (node.id === 'ask_1' ? { ...node, agent: 'other' } : node));
    const opened = await openProject(spending({ workflow: { ...workflow, nodes }, agents }), { host: 'memory' });
    for (const task of ['one', 'two']) {
      const result = await opened.engine.runOne('go', { id: task });
      expect(statuses(result)).toEqual(['ask_1 done', 'ask_2 done', 'ask_3 failed']);
      expect(stageOf(result, 'ask_3').failure?.details).toMatchObject({
        scope: 'agent',
        id: 'writer',
        spent_tokens: 1_000,
      });
    }
  });

  it('is that of all attempts of a stage', async () => {
    const agents = { writer: { prompt: 'Write.', output_schema: { type: 'object' }, json: { retries: 0 } } };
    const workflow = chain(1, { retries: 5, backoff: '0ms', budget: { max_tokens_total: 2_100 } });
    const { engine, clock } = await openProject(spending({ workflow, agents }), { host: 'memory' });
    const result = await clock.outcomeOf(engine.runOne('go'));
    const { attempt, failure } = stageOf(result, 'ask_1');
    expect([attempt, failure?.code, result.usage.total_tokens]).toEqual([3, 'budget.exceeded', 2_000]);
  });

  it('counts the child tasks of a stage, which spend what their task may spend', async () => {
    expect(await runMap({}, { max_tokens_total: 3_100 })).toEqual([3_000, 2]);
    expect(await runMap({ budget: { max_tokens_total: 2_100 } }, {})).toEqual([2_000, 3]);
  });
});

describe('a task that is taken up by another process', () => {
  const tools: TestTools = { wait: (_, { signal }) => untilStopped(signal) };
  const quick: TestTools = { wait: () => 'waited' };

  async function interrupted(workflow: TestProject['workflow'], max: number): Promise<[TaskResult, OpenEngine]> {
    const project = { ...spending({ workflow }, { max_tokens_total: max }), tools };
    const first = await openProject(project, { host: 'local' });
    const running = first.engine.runOne('go', { id: 'task' }).catch(() => undefined);
    await first.clock.until(() => first.calls.length === 1);
    await first.engine.close();
    await running;
    const second = await openDirectory(first.directory, quick, { host: 'local', clock: first.clock });
    return [await first.clock.outcomeOf(second.engine.resumeTask('task')), second];
  }

  it('has spent what its journal says', async () => {
    const { nodes, edges = [] } = chain(4);
    const workflow: TestProject['workflow'] = {
      nodes: [...nodes, { id: 'wait', type: 'tool', tool: 'wait' }],
      edges: edges.flatMap((edge) =>
        edge.to === 'ask_3'
          ? [
              { from: 'ask_2', to: 'wait' },
              { from: 'wait', to: 'ask_3' },
            ]
          : [edge],
      ),
    };
    const [result, second] = await interrupted(workflow, 3_100);
    expect(statuses(result)).toEqual(['ask_1 done', 'ask_2 done', 'wait done', 'ask_3 done', 'ask_4 failed']);
    expect(budgetEvents(second)).toMatchObject([
      { type: 'budget.warned', stageId: 'ask_3', spentTokens: 3_000 },
      { type: 'budget.exceeded', stageId: 'ask_4' },
    ]);
  });

  it('has spent what its child tasks have, those that are over and those that are not', async () => {
    const body = {
      nodes: [ask('first'), { id: 'wait', type: 'tool', tool: 'wait' }, ask('last')],
      edges: [
        { from: 'first', to: 'wait' },
        { from: 'wait', to: 'last' },
      ],
    };
    const workflow: TestProject['workflow'] = {
      nodes: [ask('before'), { id: 'each', type: 'repeat', max_iterations: 1, body }, ask('after')],
      edges: [
        { from: 'before', to: 'each' },
        { from: 'each', to: 'after' },
      ],
    };
    const [result] = await interrupted(workflow, 3_100);
    expect(statuses(result)).toEqual(['before done', 'each done', 'after failed']);
    expect(stageOf(result, 'after').failure?.details).toMatchObject({ spent_tokens: 3_000 });
  });
});
