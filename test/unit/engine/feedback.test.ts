import { describe, expect, it } from 'vitest';
import type { DeclaredWorkflowSpec } from '../../../src/manifest/index.ts';
import { openProject, type OpenEngine, type TestProject } from '../../support/engine-fixture.ts';

type NodeOf<Type> = Extract<DeclaredWorkflowSpec['nodes'][number], { type: Type }>;
type Feedback = NodeOf<'feedback'>;

interface OneQuestion extends Omit<TestProject, 'workflow'> {
  readonly ask?: Omit<Feedback, 'id' | 'type'>;
  readonly host?: 'memory' | 'local';
}

/** One question about the request; when it fails, the task ends with the category of the failure. */
async function openQuestion({ ask = {}, host = 'memory', ...project }: OneQuestion = {}): Promise<OpenEngine> {
  const workflow: TestProject['workflow'] = {
    nodes: [
      { id: 'ask', type: 'feedback', question: 'Is ${{ input }} fine?', ...ask },
      { id: 'said', type: 'end' },
      { id: 'broken', type: 'end', output: '${{ error.code }}' },
    ],
    edges: [
      { from: 'ask', to: 'said' },
      { from: 'ask', to: 'broken', type: 'error' },
    ],
  };
  return openProject({ ...project, workflow }, { host });
}

describe.each(['memory', 'local'] as const)('a question on the host %s', (host) => {
  it('lets the task rest until it is answered', async () => {
    const { engine, events } = await openQuestion({ host });
    const resting = await engine.runOne('this', { id: 'task' });
    expect([resting.status, resting.output]).toEqual(['waiting', null]);
    expect(engine.questions('task')).toEqual([
      {
        task: 'task',
        stage: 'ask',
        question: { text: 'Is this fine?', input: 'this', actions: ['approve', 'reject', 'edit', 'answer'] },
      },
    ]);
    expect(engine.tasks({ status: ['waiting'] }).map(({ id }) => id)).toEqual(['task']);
    expect((await engine.showTask('task')).status).toBe('waiting');
    const over = await engine.answer('task', 'approve');
    expect(over).toMatchObject({ status: 'completed', output: { action: 'approve', value: 'this' } });
    expect([engine.questions('task'), engine.tasks({ status: ['waiting'] })]).toEqual([[], []]);
    const told = events.flatMap(({ type, nodeId, data }) =>
      type.startsWith('feedback.') ? [[type, nodeId, data]] : [],
    );
    expect(told).toEqual([
      ['feedback.requested', 'ask', { actions: ['approve', 'reject', 'edit', 'answer'] }],
      ['feedback.received', 'ask', { action: 'approve' }],
    ]);
  });

  it('that is all there is of a task ends it, and that is told once', async () => {
    const { engine, events } = await openProject({ workflow: { nodes: [{ id: 'ask', type: 'feedback' }] } }, { host });
    await engine.runOne('go', { id: 'task' });
    expect(await engine.answer('task', 7)).toMatchObject({ status: 'completed', output: { value: 7 } });
    expect(events.flatMap(({ type, data }) => (type === 'task.completed' ? [data] : []))).toEqual([
      { status: 'completed', durationMs: 0 },
    ]);
    await expect(engine.answer('task', 8)).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
  });
});

describe('an answer', () => {
  it.each([
    ['approve', { action: 'approve', value: 'this' }],
    ['reject', { action: 'reject', value: null }],
    ['anything else', { action: 'answer', value: 'anything else' }],
    [{ any: ['value'] }, { action: 'answer', value: { any: ['value'] } }],
    [null, { action: 'answer', value: null }],
    [
      { action: 'approve', comment: 'Well done.' },
      { action: 'approve', value: 'this', comment: 'Well done.' },
    ],
    [
      { action: 'reject', comment: 'No.' },
      { action: 'reject', value: null, comment: 'No.' },
    ],
    [
      { action: 'edit', value: [1] },
      { action: 'edit', value: [1] },
    ],
    [
      { action: 'answer', value: 'approve' },
      { action: 'answer', value: 'approve' },
    ],
  ])('that says %j is the output of its stage', async (given, output) => {
    const { engine } = await openQuestion();
    await engine.runOne('this', { id: 'task' });
    expect((await engine.answer('task', given)).output).toEqual(output);
  });

  it('is refused when its fields are not those of its action, and the question stays open', async () => {
    const { engine, events } = await openQuestion();
    await engine.runOne('this', { id: 'task' });
    for (const given of [{ action: 'aprove' }, { action: 'edit' }, { action: 'approve', value: 'another' }]) {
      await expect(engine.answer('task', given)).rejects.toMatchObject({ code: 'TASK_ANSWER_INVALID' });
    }
    expect(events.filter(({ type }) => type === 'feedback.received')).toEqual([]);
    expect(engine.questions('task')).toHaveLength(1);
  });

  it('is refused when it is larger than a value may be', async () => {
    const { engine } = await openQuestion({ engine: { limits: { max_value_bytes: 1_024 } } });
    await engine.runOne('this', { id: 'task' });
    await expect(engine.answer('task', 'x'.repeat(1_023))).rejects.toMatchObject({
      code: 'TASK_INPUT_TOO_LARGE',
      message: 'The answer has 1025 bytes as JSON; the limit is 1024.',
    });
    expect((await engine.answer('task', 'x'.repeat(900))).status).toBe('completed');
  });

  it('comes too late when the time is up, also where no process has acted on that yet', async () => {
    const { engine, clock } = await openQuestion({ ask: { timeout: '1m', default: 'reject' } });
    await engine.runOne('this', { id: 'task' });
    clock.advance(60_000);
    await expect(engine.answer('task', 'approve')).rejects.toMatchObject({
      code: 'TASK_NOT_WAITING',
      message: 'The time to answer stage "ask" of task "task" is up.',
      hint: 'Go on without an answer: agent-engine resume task',
    });
    expect((await clock.outcomeOf(engine.resumeTask('task'))).output).toEqual({ action: 'reject', value: null });
  });

  it('has to be one of the actions of the question', async () => {
    const { engine } = await openQuestion({ ask: { actions: ['approve', 'edit'] } });
    await engine.runOne('this', { id: 'task' });
    await expect(engine.answer('task', 'no action is named')).rejects.toMatchObject({
      code: 'TASK_ANSWER_INVALID',
      message: 'The question of "ask" does not take "answer".',
      hint: 'Use one of: approve, edit.',
    });
    expect((await engine.answer('task', 'approve')).status).toBe('completed');
  });

  it('has to fit the schema, if it is an edit or an answer', async () => {
    const schema = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };
    const { engine, events } = await openQuestion({
      ask: { schema: 'Person' },
      files: { 'schemas/Person.json': JSON.stringify(schema) },
    });
    await engine.runOne('this', { id: 'task' });
    for (const given of [{ name: 7 }, { action: 'edit', value: {} }, null]) {
      await expect(engine.answer('task', given)).rejects.toMatchObject({ code: 'TASK_ANSWER_INVALID' });
    }
    expect(events.filter(({ type }) => type === 'feedback.received')).toEqual([]);
    expect((await engine.answer('task', { name: 'Ada' })).output).toEqual({ action: 'answer', value: { name: 'Ada' } });
    await engine.runOne('this', { id: 'other' });
    expect((await engine.answer('other', 'reject')).output).toEqual({ action: 'reject', value: null });
  });

  it('is taken as it was when it was given', async () => {
    const { engine } = await openQuestion();
    await engine.runOne('this', { id: 'task' });
    const given = { list: [1] };
    const running = engine.answer('task', given);
    given.list.push(2);
    expect((await running).output).toMatchObject({ value: { list: [1] } });
    const looped: Record<string, unknown> = {};
    looped['self'] = looped;
    await engine.runOne('this', { id: 'other' });
    await expect(engine.answer('other', looped)).rejects.toMatchObject({ code: 'TASK_ANSWER_INVALID' });
  });

  it('is refused where there is no such question', async () => {
    const { engine } = await openQuestion();
    await engine.createTask({ input: 'this', id: 'task' });
    await expect(engine.answer('nowhere', 1)).rejects.toMatchObject({ code: 'TASK_NOT_FOUND' });
    await expect(engine.answer('task', 1)).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
    await engine.runTask('task');
    await expect(engine.answer('task', 1, { stage: 'said' })).rejects.toMatchObject({
      code: 'TASK_NOT_WAITING',
      message: 'Task "task" asks no question of stage "said".',
      hint: 'It asks: stage "ask" of task "task".',
    });
  });

  it('approves what was shown, whatever became known since', async () => {
    const gate = Promise.withResolvers<string>();
    const { engine, clock, calls } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'start', type: 'transform', output: 1 },
            { id: 'fast', type: 'transform', output: 'fast' },
            { id: 'slow', type: 'tool', tool: 'slow' },
            { id: 'either', type: 'merge', join: 'any' },
            { id: 'ask', type: 'feedback', input: '${{ has(stages.slow) ? "known" : "unknown" }}' },
          ],
          edges: [
            { from: 'start', to: 'fast' },
            { from: 'start', to: 'slow' },
            { from: 'fast', to: 'either' },
            { from: 'slow', to: 'either' },
            { from: 'either', to: 'ask' },
          ],
        },
        tools: { slow: () => gate.promise },
      },
      { host: 'local' },
    );
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    await clock.settle();
    const shown = engine.questions('task');
    gate.resolve('late');
    expect((await running).status).toBe('waiting');
    expect(engine.questions('task')).toEqual(shown);
    const { output } = await engine.answer('task', 'approve');
    expect(output).toEqual({ action: 'approve', value: 'unknown' });
  });
});

describe('a question that cannot be made', () => {
  it('fails its stage', async () => {
    const { engine } = await openQuestion({ ask: { question: 'About ${{ input.name }}?' } });
    expect(await engine.runOne({ other: 1 })).toMatchObject({ status: 'completed', output: 'config.expression' });
  });

  it('is nothing that can be answered meanwhile', async () => {
    const { engine, events } = await openQuestion({ ask: { question: 'About ${{ input.name }}?' } });
    const asked: unknown[] = [];
    engine.events$.subscribe(({ type, taskId }) => {
      if (type === 'stage.started') asked.push(engine.questions(taskId));
    });
    await engine.runOne({ other: 1 });
    expect([asked, events.filter(({ type }) => type === 'feedback.requested')]).toEqual([[[]], []]);
  });
});

/** Asks in one branch, and works in the other. */
async function forked(host: 'memory' | 'local', gate: Promise<unknown>): Promise<OpenEngine> {
  return openProject(
    {
      workflow: {
        nodes: [
          { id: 'start', type: 'transform', output: 'shown' },
          { id: 'ask', type: 'feedback' },
          { id: 'after', type: 'tool', tool: 'after', arguments: { value: '${{ output.value }}' } },
          { id: 'work', type: 'tool', tool: 'work' },
          { id: 'join', type: 'merge' },
        ],
        edges: [
          { from: 'start', to: 'ask' },
          { from: 'start', to: 'work' },
          { from: 'ask', to: 'after' },
          { from: 'after', to: 'join' },
          { from: 'work', to: 'join' },
        ],
      },
      tools: { after: (given) => given, work: () => gate },
    },
    { host },
  );
}

describe('a workflow that asks', () => {
  it.each(['memory', 'local'] as const)('takes an answer while another branch is at work: %s', async (host) => {
    const gate = Promise.withResolvers<string>();
    const { engine, clock, calls } = await forked(host, gate.promise);
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    expect((await engine.showTask('task')).status).toBe('running');
    const answered = engine.answer('task', 'early');
    await expect(engine.answer('task', 'twice')).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
    await clock.until(() => calls.length === 2);
    gate.resolve('worked');
    expect([await running, await answered]).toMatchObject([
      { status: 'completed', output: { after: { value: 'early' }, work: 'worked' } },
      { status: 'completed' },
    ]);
    expect(calls).toEqual(['work', 'after']);
  });

  it('takes an answer that a listener gives in the moment it is asked', async () => {
    const { engine, events } = await openQuestion();
    let answered: ReturnType<typeof engine.answer> | undefined;
    engine.events$.subscribe(({ type }) => {
      if (type === 'feedback.requested') answered = engine.answer('task', 'at once');
    });
    const result = await engine.runOne('this', { id: 'task' });
    expect([result.status, result.output]).toEqual(['completed', { action: 'answer', value: 'at once' }]);
    expect(await answered).toEqual(result);
    expect(events.filter(({ type }) => type === 'feedback.received')).toHaveLength(1);
  });

  it('rests when it is paused with a question open, and can be answered then without going on', async () => {
    const gate = Promise.withResolvers<string>();
    const { engine, clock, calls } = await forked('local', gate.promise);
    const running = engine.runOne('go', { id: 'task' });
    await clock.until(() => calls.length === 1);
    void engine.pauseTask('task');
    gate.resolve('worked');
    expect((await running).status).toBe('paused');
    expect(engine.questions('task')).toHaveLength(1);
    expect((await engine.answer('task', 'approve')).status).toBe('paused');
    expect(engine.questions('task')).toEqual([]);
    expect(await engine.resumeTask('task')).toMatchObject({
      status: 'completed',
      output: { after: { value: 'shown' }, work: 'worked' },
    });
    await expect(engine.pauseTask('task')).rejects.toMatchObject({ code: 'TASK_ALREADY_OVER' });
  });

  it('can be cancelled while it waits', async () => {
    const { engine } = await openQuestion();
    await engine.runOne('this', { id: 'task' });
    expect((await engine.cancelTask('task')).status).toBe('cancelled');
    await expect(engine.answer('task', 1)).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
  });
});
