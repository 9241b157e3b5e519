import { expect, it } from 'vitest';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import { argument, type HostKind, openProject } from '../../support/engine-fixture.ts';
import { outcome } from '../../support/task-reading.ts';

const verdictWorkflow: Omit<WorkflowSpec, 'id'> = {
  nodes: [
    { id: 'judge', type: 'decision', tool: 'judge', arguments: { text: '${{ input }}' } },
    { id: 'publish', type: 'transform', output: 'published' },
    { id: 'rework', type: 'transform', output: 'reworked' },
    { id: 'ask', type: 'transform', output: 'asked' },
  ],
  edges: [
    { from: 'judge', to: 'publish', condition: 'good' },
    { from: 'judge', to: 'rework', condition: 'bad' },
    { from: 'judge', to: 'ask' },
  ],
};

const judge = (arguments_: unknown): unknown => ({ condition: argument(arguments_, 'text') });

export function routeCases(host: HostKind): void {
  it('runs a workflow from the request to its output', async () => {
    const { engine, calls, clock } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'count', type: 'tool', tool: 'count', arguments: { text: '${{ input.text }}' } },
            { id: 'double', type: 'transform', output: '${{ output.letters * 2 }}' },
            {
              id: 'finish',
              type: 'end',
              output: { twice: '${{ output }}', once: '${{ stages.count.output.letters }}' },
            },
          ],
          edges: [
            { from: 'count', to: 'double' },
            { from: 'double', to: 'finish' },
          ],
        },
        tools: { count: (arguments_) => ({ letters: JSON.stringify(arguments_).length }) },
      },
      { host },
    );
    const result = await engine.runOne({ text: 'four' }, { id: 'task-1', tags: ['a'] });
    const at = clock.now();
    const times = { started_at: at, ended_at: at };
    expect(result).toEqual({
      taskId: 'task-1',
      status: 'completed',
      pipeline: 'main',
      output: { twice: 30, once: 15 },
      failures: [],
      usage: { prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0, total_tokens: 0 },
      trace: [
        {
          stage: 'count',
          node: 'count',
          node_type: 'tool',
          status: 'done',
          attempt: 1,
          output: { letters: 15 },
          ...times,
        },
        { stage: 'double', node: 'double', node_type: 'transform', status: 'done', attempt: 1, output: 30, ...times },
        {
          stage: 'finish',
          node: 'finish',
          node_type: 'end',
          status: 'done',
          attempt: 0,
          output: { twice: 30, once: 15 },
          ...times,
        },
      ],
    });
    expect(calls).toEqual(['count']);
    expect(await engine.showTask('task-1')).toEqual({
      id: 'task-1',
      status: 'completed',
      at_work: false,
      pipeline: 'main',
      mode: 'normal',
      tags: ['a'],
      input: { text: 'four' },
      output: result.output,
      definition: (await engine.showTask('task-1')).definition,
      created_at: at,
      seq: 3,
      paused: false,
      held: [],
      breakpoints: [],
      failures: [],
      usage: result.usage,
      trace: result.trace,
      routing: [
        {
          at: 'task',
          kind: 'pipeline',
          candidates: [{ id: 'main' }],
          chosen: 'main',
          rule: 'pipeline.only',
          reason: 'It is the only one that fits.',
          overrides: [],
        },
      ],
    });
    expect(engine.tasks().map(({ id, status }) => [id, status])).toEqual([['task-1', 'completed']]);
  });

  it('refuses an id that was used before, and leaves the first task alone', async () => {
    const { engine } = await openProject(
      { workflow: { nodes: [{ id: 'echo', type: 'transform', output: '${{ input }}' }] } },
      { host },
    );
    await engine.runOne('first', { id: 'twice' });
    await expect(engine.runOne('second', { id: 'twice' })).rejects.toMatchObject({
      code: 'TASK_ALREADY_EXISTS',
      message: 'A task with the id "twice" exists.',
      hint: 'Choose another id, or resume the task that is there.',
    });
    expect((await engine.showTask('twice')).output).toBe('first');
  });

  it('gives the result again when a task that is over is run, and refuses to resume it', async () => {
    const { engine, calls } = await openProject(
      { workflow: { nodes: [{ id: 'work', type: 'tool', tool: 'work' }] }, tools: { work: () => 'done' } },
      { host },
    );
    const first = await engine.runOne('go', { id: 'once' });
    expect(await engine.runTask('once')).toEqual(first);
    await expect(engine.resumeTask('once')).rejects.toMatchObject({
      code: 'TASK_ALREADY_OVER',
      message: 'Task "once" is over: it is completed.',
    });
    expect(calls).toEqual(['work']);
  });

  it('says so when no task has the id', async () => {
    const { engine } = await openProject(
      { workflow: { nodes: [{ id: 'a', type: 'transform', output: 1 }] } },
      { host },
    );
    const notFound = { code: 'TASK_NOT_FOUND', message: 'There is no task "x".' };
    await expect(engine.runTask('x')).rejects.toMatchObject(notFound);
    await expect(engine.resumeTask('x')).rejects.toMatchObject(notFound);
    await expect(engine.showTask('x')).rejects.toMatchObject(notFound);
    await expect(engine.cancelTask('x')).rejects.toMatchObject(notFound);
    await expect(engine.pauseTask('x')).rejects.toMatchObject(notFound);
  });

  it.each([
    ['good', 'published', ['judge done', 'publish done', 'rework skipped', 'ask skipped']],
    ['bad', 'reworked', ['judge done', 'rework done', 'publish skipped', 'ask skipped']],
    ['unheard of', 'asked', ['judge done', 'ask done', 'publish skipped', 'rework skipped']],
  ])('takes the edge that a decision names, else its default: %s', async (choice, output, stages) => {
    const { engine } = await openProject({ workflow: verdictWorkflow, tools: { judge } }, { host });
    const result = await engine.runOne(choice);
    expect([result.status, result.output]).toEqual(['completed', output]);
    expect(outcome(result).toSorted()).toEqual(stages.toSorted());
  });

  it('fails the task when a decision chooses what no edge carries', async () => {
    const { nodes, edges = [] } = verdictWorkflow;
    const { engine } = await openProject(
      {
        workflow: { nodes: nodes.filter(({ id }) => id !== 'ask'), edges: edges.filter(({ to }) => to !== 'ask') },
        tools: { judge },
      },
      { host },
    );
    const result = await engine.runOne('unheard of', { id: 'lost' });
    expect(result).toMatchObject({ status: 'failed', output: null });
    expect(result.failures).toEqual([
      {
        code: 'routing.no_edge',
        message: 'Decision "judge" chose "unheard of", and no edge fits that.',
        hint: 'Add an edge with that condition, or a normal edge as the default.',
        category: 'routing',
        retryable: false,
        stage: 'judge',
        node: 'judge',
        node_type: 'decision',
        pipeline: 'main',
        attempt: 1,
      },
    ]);
  });

  it('takes the first edge whose expression holds', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'size', type: 'decision' },
            { id: 'large', type: 'transform', output: 'large' },
            { id: 'middle', type: 'transform', output: 'middle' },
            { id: 'small', type: 'transform', output: 'small' },
          ],
          edges: [
            { from: 'size', to: 'large', when: 'input.count > 100' },
            { from: 'size', to: 'middle', when: 'input.count > 10' },
            { from: 'size', to: 'small' },
          ],
        },
      },
      { host },
    );
    const outputs = await Promise.all([1_000, 11, 10].map((count) => engine.runOne({ count })));
    expect(outputs.map(({ output }) => output)).toEqual(['large', 'middle', 'small']);
  });

  it('gives the outputs of several ends by their ids', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'start', type: 'transform', output: 1 },
            { id: 'left', type: 'end', output: '${{ output + 1 }}' },
            { id: 'right', type: 'end', output: '${{ output + 2 }}' },
          ],
          edges: [
            { from: 'start', to: 'left' },
            { from: 'start', to: 'right' },
          ],
        },
      },
      { host },
    );
    expect((await engine.runOne('go')).output).toEqual({ left: 2, right: 3 });
  });

  it('runs the pipeline that the mode and the tags of a task call for', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'plan', type: 'transform', output: 'plan' },
            { id: 'build', type: 'transform', output: 'build' },
          ],
          edges: [{ from: 'plan', to: 'build' }],
        },
        pipelines: {
          pipelines: {
            full: { entry: 'plan', ends: ['build'], modes: ['implement'], priority: 10 },
            design: { entry: 'plan', ends: ['plan'], modes: ['analysis_only', 'implement'], tags: ['design'] },
          },
        },
      },
      { host },
    );
    const full = await engine.runOne('go', { mode: 'implement' });
    const design = await engine.runOne('go', { mode: 'implement', tags: ['design'] });
    expect([full, design].map(({ pipeline, output }) => [pipeline, output])).toEqual([
      ['full', 'build'],
      ['design', 'plan'],
    ]);
    await expect(engine.createTask({ input: 'go', mode: 'dry_run' })).rejects.toMatchObject({
      code: 'ROUTING_NO_PIPELINE',
      message:
        'No pipeline accepts the task ("design": mode "dry_run" is not among analysis_only, implement; "full": mode "dry_run" is not among implement).',
    });
    expect(engine.tasks()).toHaveLength(2);
  });
}
