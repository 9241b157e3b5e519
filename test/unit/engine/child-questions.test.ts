import { describe, expect, it } from 'vitest';
import { openDirectory, openProject, untilStopped, type OpenEngine } from '../../support/engine-fixture.ts';
import { askAboutItem, askingMap, nestedFiles } from '../../support/asking-project.ts';

const placesIn = ({ engine }: OpenEngine, id = 'task'): string[] =>
  engine.questions(id).map(({ task, stage }) => `${task} ${stage}`);

const statuses = ({ engine }: OpenEngine): object =>
  Object.fromEntries(engine.tasks({ below: 'task' }).map(({ id, status }) => [id, status]));

describe.each(['memory', 'local'] as const)('questions of child tasks on the host %s', (host) => {
  // The memory host keeps no child task that is over.
  const gone = host === 'memory' ? 'TASK_NOT_FOUND' : 'TASK_NOT_WAITING';
  const kept = (children: object): object => (host === 'memory' ? {} : children);

  it('have the root wait, and are answered by the id of the child that asks', async () => {
    const opened = await openProject({ workflow: askingMap() }, { host });
    const { engine } = opened;
    expect((await engine.runOne(['a', 'b', 'c'], { id: 'task' })).status).toBe('waiting');
    expect(placesIn(opened)).toEqual(['task/each.0 item', 'task/each.1 item', 'task/each.2 item']);
    expect(engine.questions('task').map(({ question }) => question.text)).toEqual(['a?', 'b?', 'c?']);
    expect(engine.tasks({ status: ['waiting'] }).map(({ id }) => id)).toEqual(['task']);
    expect((await engine.answer('task/each.1', 2)).status).toBe('waiting');
    expect(placesIn(opened)).toEqual(['task/each.0 item', 'task/each.2 item']);
    await expect(engine.answer('task/each.1', 'again')).rejects.toMatchObject({ code: gone });
    await engine.answer('task/each.2', 3);
    expect(await engine.answer('task', 1)).toMatchObject({ status: 'completed', output: [1, 2, 3] });
  });

  it('are refused where several could be meant', async () => {
    const opened = await openProject({ workflow: askingMap() }, { host });
    await opened.engine.runOne(['a', 'b'], { id: 'task' });
    const ambiguous = {
      code: 'TASK_ANSWER_INVALID',
      message: 'Task "task" asks 2 questions: stage "item" of task "task/each.0", stage "item" of task "task/each.1".',
      hint: 'Name the task that asks, and the stage.',
    };
    await expect(opened.engine.answer('task', 1)).rejects.toMatchObject(ambiguous);
    await expect(opened.engine.answer('task', 1, { stage: 'item' })).rejects.toMatchObject(ambiguous);
    expect(placesIn(opened)).toHaveLength(2);
  });

  it('come from workflows inside of workflows', async () => {
    const workflow = { nodes: [{ id: 'call', type: 'workflow' as const, workflow: 'outer.json' }] };
    const opened = await openProject({ workflow, files: nestedFiles }, { host });
    for (const [id, by] of [
      ['task', 'task'],
      ['second', 'second/call'],
      ['third', 'third/call/middle'],
    ] as const) {
      expect((await opened.engine.runOne('go', { id })).status).toBe('waiting');
      expect(placesIn(opened, id)).toEqual([`${id}/call/middle ask`]);
      expect(await opened.engine.answer(by, 'deep', { stage: 'ask' })).toMatchObject({
        status: 'completed',
        output: { value: 'deep' },
      });
    }
  });

  it('are answered while a sibling is at work, and the task goes on with both', async () => {
    const gate = Promise.withResolvers<string>();
    const body = {
      nodes: [
        { id: 'which', type: 'decision' },
        { id: 'ask', type: 'feedback' },
        { id: 'work', type: 'tool', tool: 'work' },
      ],
      edges: [
        { from: 'which', to: 'ask', when: 'item == "ask"' },
        { from: 'which', to: 'work', when: 'item == "work"' },
      ],
    };
    const opened = await openProject(
      {
        workflow: { nodes: [{ id: 'each', type: 'map', items: '${{ input }}', body }] },
        tools: { work: () => gate.promise },
      },
      { host },
    );
    const { engine, clock } = opened;
    const running = engine.runOne(['ask', 'work'], { id: 'task' });
    await clock.until(() => opened.calls.length === 1 && placesIn(opened).length === 1);
    await clock.settle();
    const answered = engine.answer('task', 'early');
    await clock.settle();
    gate.resolve('worked');
    const output = [
      { index: 0, ok: true, output: { action: 'answer', value: 'early' } },
      { index: 1, ok: true, output: 'worked' },
    ];
    expect([await running, await answered]).toMatchObject([
      { status: 'completed', output },
      { status: 'completed', output },
    ]);
    expect(opened.calls).toEqual(['work']);
  });

  it('are closed when another item fails the map', async () => {
    const body = {
      nodes: [
        { id: 'which', type: 'decision' },
        { id: 'ask', type: 'feedback' },
        { id: 'work', type: 'tool', tool: 'fail' },
      ],
      edges: [
        { from: 'which', to: 'ask', when: 'item == "ask"' },
        { from: 'which', to: 'work', when: 'item == "work"' },
      ],
    };
    const opened = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'each', type: 'map', items: ['ask', 'work'], body },
            { id: 'recover', type: 'feedback' },
          ],
          edges: [{ from: 'each', to: 'recover', type: 'error' }],
        },
        tools: {
          fail: () => {
            throw new Error('No.');
          },
        },
      },
      { host },
    );
    expect((await opened.engine.runOne('go', { id: 'task' })).status).toBe('waiting');
    expect(placesIn(opened)).toEqual(['task recover']);
    await expect(opened.engine.answer('task/each.0', 1)).rejects.toMatchObject({ code: gone });
    expect(statuses(opened)).toEqual(kept({ 'task/each.0': 'cancelled', 'task/each.1': 'failed' }));
    expect((await opened.engine.answer('task', 'go on')).status).toBe('completed');
  });

  it('are cancelled with the task', async () => {
    const opened = await openProject({ workflow: askingMap() }, { host });
    await opened.engine.runOne(['a', 'b'], { id: 'task' });
    expect((await opened.engine.cancelTask('task')).status).toBe('cancelled');
    const cancelled = kept({ 'task/each.0': 'cancelled', 'task/each.1': 'cancelled' });
    expect([statuses(opened), placesIn(opened)]).toEqual([cancelled, []]);
    await expect(opened.engine.answer('task', 1)).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
  });

  it('fail their item when the child that asks is cancelled', async () => {
    const opened = await openProject({ workflow: askingMap() }, { host });
    await opened.engine.runOne(['a', 'b'], { id: 'task' });
    expect((await opened.engine.cancelTask('task/each.0')).status).toBe('cancelled');
    expect(await opened.engine.resumeTask('task')).toMatchObject({ status: 'completed', output: 'cancelled.task' });
    expect(placesIn(opened)).toEqual([]);
  });

  it('of a map whose time was up are closed', async () => {
    const opened = await openProject({ workflow: askingMap({ timeout: '1h' }) }, { host });
    await opened.engine.runOne(['a', 'b'], { id: 'task' });
    opened.clock.advance(3_600_000);
    expect(await opened.clock.outcomeOf(opened.engine.resumeTask('task'))).toMatchObject({
      status: 'completed',
      output: 'timeout.attempt',
    });
    expect(placesIn(opened)).toEqual([]);
    expect(statuses(opened)).toEqual(kept({ 'task/each.0': 'cancelled', 'task/each.1': 'cancelled' }));
  });

  it('in the tries of a repeat come one after the other', async () => {
    const opened = await openProject(
      {
        workflow: {
          nodes: [
            {
              id: 'again',
              type: 'repeat',
              max_iterations: 5,
              until: 'output.action == "approve"',
              input: '${{ iteration }}',
              node: { type: 'feedback', question: 'Try ${{ iteration }}?' },
            },
          ],
        },
      },
      { host },
    );
    await opened.engine.runOne('go', { id: 'task' });
    const asked: string[] = [];
    for (const answer of ['reject', 'no', 'approve']) {
      asked.push(...opened.engine.questions('task').map(({ task, question }) => `${task} ${question.text}`));
      await opened.engine.answer('task', answer);
    }
    expect(asked).toEqual(['task/again.1 Try 1?', 'task/again.2 Try 2?', 'task/again.3 Try 3?']);
    expect(await opened.engine.showTask('task')).toMatchObject({ status: 'completed', output: { value: 3 } });
  });
});

const askWithinTheHour = (fields: object): object => ({ ...askAboutItem, timeout: '1h', ...fields });

describe('a question with a deadline', () => {
  it.each([
    ['reject', { action: 'reject', value: null }],
    ['approve', { action: 'approve', value: 'shown' }],
    ['Paris', { action: 'answer', value: 'Paris' }],
    [
      { action: 'edit', value: 7 },
      { action: 'edit', value: 7 },
    ],
  ])('is answered by its default %j while the process lives', async (given, output) => {
    const gate = Promise.withResolvers<string>();
    const { engine, clock, calls } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'start', type: 'transform', output: 'shown' },
            { id: 'ask', type: 'feedback', timeout: '1h', default: given },
            { id: 'work', type: 'tool', tool: 'work' },
          ],
          edges: [
            { from: 'start', to: 'ask' },
            { from: 'start', to: 'work' },
          ],
        },
        tools: { work: () => gate.promise },
      },
      { host: 'memory' },
    );
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    await clock.settle();
    expect(engine.questions('task')).toMatchObject([{ due_at: clock.now() + 3_600_000 }]);
    clock.advance(3_600_000);
    await clock.settle();
    await expect(engine.answer('task', 'too late')).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
    gate.resolve('worked');
    expect(await running).toMatchObject({ status: 'completed', output: { ask: output, work: 'worked' } });
  });

  it.each([
    [{ default: 'reject' }, [null, null]],
    [{ default: 'Paris' }, ['Paris', 'Paris']],
    [{}, 'timeout.attempt'],
  ])('is acted on by the next process when it passed meanwhile: %j', async (fields, output) => {
    const workflow = askingMap({ node: askWithinTheHour(fields) });
    const first = await openProject({ workflow }, { host: 'local' });
    await first.engine.runOne(['a', 'b'], { id: 'task' });
    await first.engine.close();
    first.clock.advance(3_599_000);
    const second = await openDirectory(first.directory, {}, { host: 'local', clock: first.clock });
    expect((await second.engine.resumeTask('task')).status).toBe('waiting');
    await second.engine.close();
    first.clock.advance(1_000);
    const third = await openDirectory(first.directory, {}, { host: 'local', clock: first.clock });
    const { status, output: given } = await first.clock.outcomeOf(third.engine.resumeTask('task'));
    expect([status, given]).toEqual(['completed', output]);
  });

  it('fails its stage by a timeout when it has no default', async () => {
    const { engine, clock } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'ask', type: 'feedback', timeout: '1h' },
            { id: 'late', type: 'end', output: '${{ error.category }}' },
          ],
          edges: [{ from: 'ask', to: 'late', type: 'error', on: ['timeout'] }],
        },
      },
      { host: 'local' },
    );
    await engine.runOne('go', { id: 'task' });
    clock.advance(3_600_001);
    expect(await clock.outcomeOf(engine.resumeTask('task'))).toMatchObject({ status: 'completed', output: 'timeout' });
  });
});

describe('four questions at once', () => {
  const names = ['a', 'b', 'c', 'd'];
  const orders = names.flatMap((first) =>
    names.flatMap((second) =>
      names.flatMap((third) => {
        const fourth = names.find((name) => ![first, second, third].includes(name)) ?? '';
        const order = [first, second, third, fourth];
        return new Set(order).size === 4 ? [order] : [];
      }),
    ),
  );

  it.each(orders)('come to the same in the order %s %s %s %s, each in a process of its own', async (...order) => {
    const first = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'start', type: 'transform', output: 1 },
            ...names.map((id) => ({ id, type: 'feedback' as const })),
            { id: 'join', type: 'merge' },
            {
              id: 'last',
              type: 'end',
              output: '${{ [output.a.value, output.b.value, output.c.value, output.d.value] }}',
            },
          ],
          edges: [
            ...names.flatMap((id) => [
              { from: 'start', to: id },
              { from: id, to: 'join' },
            ]),
            { from: 'join', to: 'last' },
          ],
        },
      },
      { host: 'local' },
    );
    const resting = await first.engine.runOne('go', { id: 'task' });
    await first.engine.close();
    const results: unknown[] = [resting.status];
    for (const stage of order) {
      const { engine } = await openDirectory(first.directory, {}, { host: 'local', clock: first.clock });
      expect(engine.questions('task').map((question) => question.stage)).toContain(stage);
      const { status, output } = await engine.answer('task', stage.toUpperCase(), { stage });
      results.push(status === 'completed' ? output : status);
      await engine.close();
    }
    expect(orders).toHaveLength(24);
    expect(results).toEqual(['waiting', 'waiting', 'waiting', 'waiting', ['A', 'B', 'C', 'D']]);
  });
});

describe('an answer to a task that another process has', () => {
  it('reaches it there, for the task and for its children', async () => {
    const body = { nodes: [{ id: 'ask', type: 'feedback' }] };
    const tools = { work: (_: unknown, { signal }: { signal: AbortSignal }) => untilStopped(signal) };
    const first = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'start', type: 'transform', output: [1, 2] },
            { id: 'each', type: 'map', items: '${{ output }}', body },
            { id: 'work', type: 'tool', tool: 'work' },
          ],
          edges: [
            { from: 'start', to: 'each' },
            { from: 'start', to: 'work' },
          ],
        },
        tools,
      },
      { host: 'local' },
    );
    const running = first.engine.runOne('go', { id: 'task' }).catch(() => undefined);
    await first.clock.until(() => first.calls.length === 1 && placesIn(first).length === 2);
    const second = await openDirectory(first.directory, tools, { host: 'local', clock: first.clock });
    const busy = { code: 'TASK_BUSY', message: 'Another process is at work on task "task".' };
    const { clock } = first;
    for (const id of ['task', 'task/each.0']) await expect(second.engine.runTask(id)).rejects.toMatchObject(busy);
    const one = await clock.outcomeOf(second.engine.answer('task/each.0', 'one'));
    expect([one.taskId, one.status]).toEqual(['task', 'running']);
    await clock.outcomeOf(second.engine.answer('task', 'two')); // the only question that is left
    await clock.settle();
    const items = (await second.engine.showTask('task')).trace.find(({ stage }) => stage === 'each')?.output;
    expect(items).toMatchObject([{ output: { value: 'one' } }, { output: { value: 'two' } }]);
    await expect(second.engine.answer('task', 'three')).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
    expect(second.events).toEqual([]);
    await first.engine.close();
    await running;
  });
});
