import { describe, expect, it } from 'vitest';
import type { Engine, TaskResult } from '../../../src/index.ts';
import { askingAgent, echo, mapOfTools, oneTool, twoTools } from '../../support/consent-project.ts';
import { openDirectory, openProject, type OpenEngine } from '../../support/engine-fixture.ts';

const asked = (engine: Engine, id = 'task'): readonly string[] =>
  engine.questions(id).map(({ task, stage, consent }) => `${task} ${stage} ${JSON.stringify(consent?.arguments)}`);

const words = ({ status, output, failures }: TaskResult): unknown =>
  failures.length === 0 ? [status, output] : [status, output, failures.map(({ code }) => code)];

const security = ({ events }: OpenEngine): readonly string[] =>
  events.flatMap(({ type, nodeId }) => (type.startsWith('security.') ? [`${type} ${nodeId}`] : []));

const call = (tool: string, given: object = {}): object => ({ tool_calls: [{ tool, arguments: given }] });

const flaky = (_: unknown, { attempt }: { readonly attempt: number }): unknown => {
  if (attempt === 1) throw new Error('Not yet.');
  return attempt;
};

describe.each(['memory', 'local'] as const)('a tool that needs consent, on the host %s', (host) => {
  it('is asked about before it runs, and runs when it is allowed', async () => {
    const opened = await openProject(oneTool(), { host });
    const { engine, calls } = opened;
    expect((await engine.runOne('here', { id: 'task' })).status).toBe('waiting');
    expect(calls).toEqual([]);
    const [question] = engine.questions('task');
    expect(question).toMatchObject({
      task: 'task',
      stage: 'act',
      question: {
        text: 'May the tool "ship" run?',
        input: { arguments: { to: 'here' } },
        actions: ['allow', 'deny'],
      },
      consent: { tool: 'ship', risk: 'high', rule: 'tools.ship.consent: always', arguments: { to: 'here' } },
    });
    expect((await engine.showTask('task')).trace.map(({ stage, status }) => [stage, status])).toEqual([
      ['act', 'waiting'],
    ]);
    expect(engine.tasks({ status: ['waiting'] }).map(({ id }) => id)).toEqual(['task']);
    const result = await engine.answer('task', { action: 'allow', comment: 'go' });
    expect(words(result)).toEqual(['completed', { to: 'here' }]);
    expect(calls).toEqual(['ship']);
    expect(engine.questions('task')).toEqual([]);
    expect(security(opened)).toEqual(['security.consent_requested act', 'security.consent_granted act']);
    const told = opened.events.find(({ type }) => type === 'security.consent_granted');
    expect(told?.data).toEqual({
      tool: 'ship',
      question: question?.consent?.id,
      rule: 'tools.ship.consent: always',
      risk: 'high',
      capabilities: ['workspace_mutation', 'external_network', 'shell'],
      argumentsHash: question?.consent?.arguments_hash,
      by: 'person',
      remember: 'once',
    });
  });

  it('is a failure of permission when it is denied, which an error edge takes', async () => {
    const opened = await openProject(oneTool(), { host });
    await opened.engine.runOne('here', { id: 'task' });
    const result = await opened.engine.answer('task', { action: 'deny', comment: 'not today' });
    expect(words(result)).toEqual([
      'completed',
      'A person did not allow the tool "ship" to run: not today',
      ['permission.denied'],
    ]);
    expect(opened.calls).toEqual([]);
    expect(security(opened)).toEqual(['security.consent_requested act', 'security.consent_refused act']);
  });

  it.each([
    ['one', 'two'],
    ['two', 'one'],
  ])('is asked about in several stages at once, and answered in any order: %s, %s', async (first, second) => {
    const { engine, calls } = await openProject(twoTools(), { host });
    expect((await engine.runOne('go', { id: 'task' })).status).toBe('waiting');
    expect(asked(engine)).toEqual(['task one {"to":"one"}', 'task two {"to":"two"}']);
    expect((await engine.answer('task', 'allow', { stage: first })).status).toBe('waiting');
    expect(asked(engine)).toEqual([`task ${second} {"to":"${second}"}`]);
    expect(calls).toEqual(['ship']);
    expect(words(await engine.answer('task', 'allow', { stage: second }))).toEqual([
      'completed',
      { one: { to: 'one' }, two: { to: 'two' } },
    ]);
  });

  it('is answered once, and by no other words than its own', async () => {
    const { engine, calls } = await openProject(twoTools(), { host });
    await engine.runOne('go', { id: 'task' });
    for (const value of ['approve', true, { action: 'approve' }, { action: 'allow', remembre: 'task' }])
      await expect(engine.answer('task', value, { stage: 'one' })).rejects.toMatchObject({
        code: 'TASK_ANSWER_INVALID',
      });
    await expect(engine.answer('task', 'allow')).rejects.toMatchObject({ code: 'TASK_ANSWER_INVALID' });
    await engine.answer('task', 'allow', { stage: 'one' });
    await expect(engine.answer('task', 'deny', { stage: 'one' })).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
    expect(calls).toEqual(['ship']);
  });

  it('is not asked about in a mode that keeps it from running', async () => {
    const { engine, calls } = await openProject(oneTool(), { host });
    for (const mode of ['dry_run', 'analysis_only'])
      expect((await engine.runOne('here', { mode })).status).toBe('completed');
    expect(calls).toEqual([]);
  });

  it('is not asked about when a call fails without it', async () => {
    const schema = { type: 'object', required: ['nothing'] };
    const { engine } = await openProject(oneTool({ consent: 'always', input_schema: schema }), { host });
    expect(words(await engine.runOne('here'))).toMatchObject(['failed', null, ['tool.invalid_input']]);
  });

  it('is a no when nobody answers in time', async () => {
    const { engine, clock, calls } = await openProject(oneTool({ consent: 'always', consent_timeout: '1h' }), { host });
    await engine.runOne('here', { id: 'task' });
    expect(engine.questions('task')[0]?.due_at).toBe(clock.now() + 3_600_000);
    clock.advance(3_600_001);
    await expect(engine.answer('task', 'allow')).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
    expect(words(await clock.outcomeOf(engine.resumeTask('task')))).toMatchObject([
      'completed',
      'Nobody allowed the tool "ship" to run before the time to answer was up.',
      ['permission.denied'],
    ]);
    expect(calls).toEqual([]);
  });

  it('does not use up the time of an attempt while a person is asked', async () => {
    const { engine, clock } = await openProject(oneTool(undefined, { timeout: '10s' }), { host });
    await engine.runOne('here', { id: 'task' });
    clock.advance(60_000);
    expect((await engine.resumeTask('task')).status).toBe('waiting');
    expect(words(await engine.answer('task', 'allow'))).toEqual(['completed', { to: 'here' }]);
  });

  it('is asked about once for all attempts of the same call', async () => {
    const project = oneTool(undefined, { retries: 1 });
    const opened = await openProject({ ...project, tools: { ship: flaky } }, { host });
    await opened.engine.runOne('here', { id: 'task' });
    const result = await opened.clock.outcomeOf(opened.engine.answer('task', 'allow'));
    expect(words(result)).toEqual(['completed', 2]);
    expect(security(opened)).toEqual(['security.consent_requested act', 'security.consent_granted act']);
  });

  it('can be cancelled while it waits', async () => {
    const { engine, calls } = await openProject(oneTool({ consent: 'always', consent_timeout: '1h' }), { host });
    await engine.runOne('here', { id: 'task' });
    expect((await engine.cancelTask('task')).status).toBe('cancelled');
    await expect(engine.answer('task', 'allow')).rejects.toMatchObject({ code: 'TASK_NOT_WAITING' });
    expect(calls).toEqual([]);
  });

  it.each(['step', 'resume'])('begins no stage of a task that is paused, but with the next %s', async (how) => {
    const { engine, calls } = await openProject(oneTool(), { host });
    const { id } = await engine.createTask({ input: 'here', id: 'task', step: true });
    expect((await engine.stepTask(id)).status).toBe('paused');
    expect(asked(engine)).toEqual(['task act {"to":"here"}']);
    expect((await engine.answer(id, 'allow')).status).toBe('paused');
    expect(calls).toEqual([]);
    expect(words(await (how === 'step' ? engine.stepTask(id) : engine.resumeTask(id)))).toEqual([
      'completed',
      { to: 'here' },
    ]);
    expect(calls).toEqual(['ship']);
  });

  it('is asked about by each item of a map, which are answered one by one', async () => {
    const { engine, calls } = await openProject(mapOfTools(), { host });
    expect((await engine.runOne(['a', 'b'], { id: 'task' })).status).toBe('waiting');
    expect(engine.questions('task').map(({ task }) => task)).toEqual(['task/each.0', 'task/each.1']);
    expect((await engine.answer('task/each.1', 'allow')).status).toBe('waiting');
    expect(calls).toEqual(['ship']);
    expect(words(await engine.answer('task', 'allow'))).toEqual(['completed', ['a', 'b']]);
  });

  it('is allowed for a task at once, for what is asked already and what comes later', async () => {
    const { engine, calls } = await openProject(mapOfTools(), { host });
    await engine.runOne(['a', 'b', 'c'], { id: 'task' });
    const result = await engine.answer('task/each.1', { action: 'allow', remember: 'task' });
    expect(words(result)).toEqual(['completed', ['a', 'b', 'c']]);
    expect(calls).toEqual(['ship', 'ship', 'ship']);
    expect((await engine.runOne(['a'], { id: 'other' })).status).toBe('waiting');
  });

  it('is allowed for a project, in later tasks, too', async () => {
    const opened = await openProject(oneTool(), { host });
    await opened.engine.runOne('here', { id: 'task' });
    await opened.engine.answer('task', { action: 'allow', remember: 'project' });
    expect(words(await opened.engine.runOne('there'))).toEqual(['completed', { to: 'there' }]);
    expect(
      opened.events.filter(({ type }) => type === 'security.consent_granted').map(({ data }) => data),
    ).toMatchObject([
      { by: 'person', remember: 'project' },
      { by: 'remembered', remember: 'project' },
    ]);
  });
});

describe.each(['memory', 'local'] as const)('an agent whose tool needs consent, on the host %s', (host) => {
  it('goes on in the middle, and asks its model nothing twice', async () => {
    const replies = [
      { call: 1, ...call('look_up') },
      { call: 2, ...call('ship', { to: 'here' }) },
      { match: '"to":"here"', reply: 'Shipped.' },
    ];
    const { engine, calls, events } = await openProject(askingAgent(replies), { host });
    expect((await engine.runOne('go', { id: 'task' })).status).toBe('waiting');
    expect(engine.questions('task')[0]?.consent).toMatchObject({ tool: 'ship', agent: 'worker', step: 's1' });
    expect(words(await engine.answer('task', 'allow'))).toEqual(['completed', 'Shipped.']);
    expect(calls).toEqual(['look_up', 'ship']);
    expect(events.filter(({ type }) => type === 'llm.requested')).toHaveLength(3);
  });

  it('is told of a denial, and goes on', async () => {
    const replies = [
      { call: 1, ...call('ship', { to: 'here' }) },
      { match: 'did not allow', reply: 'Then not.' },
    ];
    const { engine, calls } = await openProject(askingAgent(replies), { host });
    await engine.runOne('go', { id: 'task' });
    expect(words(await engine.answer('task', 'deny'))).toEqual(['completed', 'Then not.']);
    expect(calls).toEqual([]);
  });

  it('is asked about calls side by side at once, each with an answer of its own', async () => {
    const both = {
      tool_calls: [
        { tool: 'look_up', arguments: { a: 1 } },
        { tool: 'look_up', arguments: { a: 2 } },
      ],
    };
    const project = askingAgent([
      { call: 1, ...both },
      { match: 'did not allow', reply: 'Half of it.' },
    ]);
    const safe = { look_up: { consent: 'always' } };
    const { engine, calls } = await openProject({ ...project, toolSpecs: safe }, { host });
    await engine.runOne('go', { id: 'task' });
    const first = engine.questions('task').map(({ consent }) => consent?.id ?? '');
    for (const [place, id] of first.toReversed().entries())
      await engine.answer('task', place === 0 ? 'deny' : 'allow', { question: id });
    while (engine.questions('task').length > 0) await engine.answer('task', 'allow');
    expect((await engine.showTask('task')).output).toBe('Half of it.');
    expect(calls).toEqual(['look_up']);
  });
});

describe('a tool that needs consent', () => {
  it('is answered by a later process, which goes on with it', async () => {
    const first = await openProject(twoTools(), { host: 'local' });
    await first.engine.runOne('go', { id: 'task' });
    await first.engine.close();
    const { engine, calls } = await openDirectory(first.directory, { ship: echo }, { host: 'local' });
    expect(asked(engine)).toHaveLength(2);
    expect((await engine.answer('task', 'allow', { stage: 'two' })).status).toBe('waiting');
    expect((await engine.answer('task', 'allow')).status).toBe('completed');
    expect(calls).toEqual(['ship', 'ship']);
    await expect(engine.replayTask('task')).resolves.toHaveLength(1);
  });

  it('is asked about anew in a fork', async () => {
    const { engine, calls } = await openProject(oneTool(), { host: 'local' });
    await engine.runOne('here', { id: 'task' });
    const seq = (await engine.showTask('task')).seq;
    await engine.answer('task', 'allow');
    const fork = await engine.forkTask('task', { fromSeq: seq });
    expect((await engine.runTask(fork.id)).status).toBe('waiting');
    expect(words(await engine.answer(fork.id, 'allow'))).toEqual(['completed', { to: 'here' }]);
    expect(calls).toEqual(['ship', 'ship']);
    await engine.replayTask(fork.id);
  });
});
