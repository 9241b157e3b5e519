import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { isEngineError, type Engine } from '../../../src/index.ts';
import { openDirectory, openProject, type OpenEngine, type TestTools } from '../../support/engine-fixture.ts';
import { stateFileOf } from '../../support/local-engine.ts';
import { writeProject, type ProjectParts } from '../../support/project-fixture.ts';

const tool = (id: string): ProjectParts['workflow']['nodes'][number] => ({ id, type: 'tool', tool: id });

const chain = {
  nodes: [
    tool('one'),
    tool('two'),
    tool('three'),
    { id: 'last', type: 'end', output: '${{ input + ": " + stages.three.output }}' },
  ],
  edges: [
    { from: 'one', to: 'two' },
    { from: 'two', to: 'three' },
    { from: 'three', to: 'last' },
  ],
} as const satisfies ProjectParts['workflow'];

const tools: TestTools = {
  one: () => 'one',
  two: (_, { attempt }) => `two ${attempt}`,
  three: (_, { attempt }) => `three ${attempt}`,
};

async function openChain(): Promise<OpenEngine> {
  return openProject({ workflow: chain, tools }, { host: 'local' });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return isEngineError(error)
      ? `${error.code} ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`
      : String(error);
  }
}

function codeOfError(error: unknown): string {
  return isEngineError(error) ? `${error.code} ${error.message}` : String(error);
}

async function statuses(engine: Engine, at: number): Promise<unknown> {
  const { trace, status, seq } = await engine.showTask('task', { at });
  return [seq, status, ...trace.map((record) => `${record.node} ${record.status}`)];
}

describe('looking back', () => {
  it('shows a task as it stood after each entry of its journal', async () => {
    const { engine } = await openChain();
    await engine.runOne('go', { id: 'task' });
    const seen = await Promise.all([0, 1, 2, 3, 4].map((at) => statuses(engine, at)));
    expect(seen).toEqual([
      [0, 'pending', 'one running'],
      [1, 'running', 'one running'],
      [2, 'running', 'one done', 'two running'],
      [3, 'running', 'one done', 'two done', 'three running'],
      [4, 'completed', 'one done', 'two done', 'three done', 'last done'],
    ]);
    expect(await engine.showTask('task', { at: 4 })).toEqual(await engine.showTask('task'));
  });

  it('says which entries there are when another one is asked for', async () => {
    const { engine } = await openChain();
    await engine.runOne('go', { id: 'task' });
    const hint = 'Name one from 0 (as it was created) to 4; see them with: agent-engine show task --journal';
    expect(await codeOf(engine.showTask('task', { at: 5 }))).toBe(
      `TASK_SEQ_UNKNOWN The journal of task "task" has no entry 5. ${hint}`,
    );
    expect(await codeOf(engine.showTask('task', { at: -1 }))).toContain('TASK_SEQ_UNKNOWN');
    expect(await codeOf(engine.showTask('task', { at: 1.5 }))).toContain('TASK_SEQ_UNKNOWN');
  });

  it('tells the journal in words', async () => {
    const { engine } = await openChain();
    await engine.runOne('go', { id: 'task' });
    const lines = await engine.journal('task');
    expect(lines.map(({ seq, what, starts, status }) => [seq, what, starts, status])).toEqual([
      [0, 'created', ['one'], 'pending'],
      [1, 'run for the first time', [], 'running'],
      [2, '"one" ended', ['two'], 'running'],
      [3, '"two" ended', ['three'], 'running'],
      [4, '"three" ended', [], 'completed'],
    ]);
  });

  it('is not possible where no journal is kept', async () => {
    const { engine } = await openProject({ workflow: chain, tools }, { host: 'memory' });
    await engine.runOne('go', { id: 'task' });
    for (const work of [
      engine.showTask('task', { at: 1 }),
      engine.journal('task'),
      engine.replayTask('task'),
      engine.forkTask('task'),
    ])
      expect(await codeOf(work)).toContain('HOST_NO_STATE');
  });
});

describe('a replay', () => {
  it('finds nothing where nothing was changed', async () => {
    const { engine } = await openChain();
    await engine.runOne('go', { id: 'task' });
    expect(await engine.replayTask('task')).toMatchObject([{ task: 'task', entries: 5 }]);
  });

  it.each([
    [
      'other row',
      `UPDATE checkpoint SET row = replace(row, '"ddd', '"ddf')`,
      'At entry 4 its row differs in "row.snapshot.',
    ],
    ['other status', `UPDATE task SET status = 'failed'`, 'At entry 4 its status differs.'],
    [
      'row in other words',
      `UPDATE checkpoint SET row = replace(row, '"v":1,', '"v": 1,')`,
      'At entry 4 its row is written in another way.',
    ],
    [
      'other end of a stage',
      `UPDATE journal SET text = replace(text, '"kind":"done"', '"kind":"failed","category":"tool","retryable":false') WHERE seq = 4`,
      'At entry 4 ',
    ],
    ['missing entry', 'DELETE FROM journal WHERE seq = 2', 'At entry 3 the entry does not fit what came before it.'],
    ['missing first entry', 'DELETE FROM journal WHERE seq = 0', 'At entry 0 the entry does not fit'],
    ['entry that is none', `UPDATE journal SET text = '{' WHERE seq = 3`, 'At entry 3 the entry does not fit'],
    ['missing last entry', 'DELETE FROM journal WHERE seq = 4', 'At entry 3 its seq differs.'],
  ])('finds a tampered state file: %s', async (_, sql, where) => {
    const first = await openChain();
    await first.engine.runOne('go', { id: 'task' });
    await first.engine.close();
    const database = new DatabaseSync(stateFileOf(first.directory));
    database.exec(sql);
    database.close();
    const { engine } = await openDirectory(first.directory, tools, { host: 'local' });
    const found = await codeOf(engine.replayTask('task'));
    expect(found).toContain('TASK_REPLAY_DIFFERS Task "task" is not what its journal says. ');
    expect(found).toContain(where);
  });
});

describe('a fork', () => {
  it('from a stage runs it and all that follows again, and keeps what came before', async () => {
    const { engine, calls, events } = await openChain();
    const original = await engine.runOne('go', { id: 'task' });
    calls.length = 0;
    const fork = await engine.forkTask('task', { fromStage: 'two', id: 'fork' });
    expect([fork.status, fork.seq, fork.forked_from]).toEqual(['running', 3, { task: 'task', seq: 2 }]);
    const result = await engine.runTask('fork');
    expect([calls, result.status, result.output]).toEqual([['two', 'three'], 'completed', 'go: three 2']);
    expect((await engine.showTask('task')).output).toBe(original.output);
    expect(await engine.replayTask('fork')).toMatchObject([{ task: 'fork', entries: 7 }]);
    expect(events.find(({ type, taskId }) => type === 'task.created' && taskId === 'fork')?.data).toMatchObject({
      forkedFrom: { task: 'task', seq: 2 },
    });
    const began = events.flatMap(({ type, taskId, nodeId = '' }) => (taskId === 'fork' ? [`${type} ${nodeId}`] : []));
    expect(began.slice(0, 3)).toEqual(['task.created ', 'task.forked ', 'stage.started two']);
  });

  it('with another request keeps outputs and uses the request for what still runs', async () => {
    const { engine, calls } = await openChain();
    await engine.runOne('go', { id: 'task' });
    calls.length = 0;
    await engine.forkTask('task', { fromStage: 'three', id: 'fork', input: 'come', tags: ['again'] });
    const { output } = await engine.runTask('fork');
    expect([calls, output]).toEqual([['three'], 'come: three 2']);
    expect(await engine.showTask('fork')).toMatchObject({ input: 'come', tags: ['again'] });
    expect(await engine.showTask('fork', { at: 2 })).toMatchObject({ input: 'go', tags: [] });
    expect(await engine.showTask('task')).toMatchObject({ input: 'go', tags: [] });
  });

  it('without a point runs all of it again', async () => {
    const { engine, calls } = await openChain();
    await engine.runOne('go', { id: 'task' });
    const { id, status } = await engine.forkTask('task');
    expect(status).toBe('pending');
    expect((await engine.runTask(id)).status).toBe('completed');
    expect(calls).toEqual(['one', 'two', 'three', 'one', 'two', 'three']);
  });

  it('of a fork shares the history of both', async () => {
    const { engine, calls } = await openChain();
    await engine.runOne('go', { id: 'task' });
    await engine.forkTask('task', { fromStage: 'two', id: 'fork', input: 'come' });
    await engine.runTask('fork');
    calls.length = 0;
    await engine.forkTask('fork', { fromStage: 'three', id: 'third' });
    expect([(await engine.runTask('third')).output, calls]).toEqual(['come: three 3', ['three']]);
    expect(await engine.replayTask('third')).toHaveLength(1);
  });

  it('is refused for a stage that never started, for a point at which nothing is left, and for an id that is taken', async () => {
    const { engine } = await openChain();
    await engine.runOne('go', { id: 'task' });
    expect(await codeOf(engine.forkTask('task', { fromStage: 'tow' }))).toBe(
      'TASK_FORK_INVALID Task "task" has no stage "tow" that could run again. Did you mean "two"? Name one of: "one", "two", "three".',
    );
    expect(await codeOf(engine.forkTask('task', { fromStage: 'last' }))).toContain('TASK_FORK_INVALID');
    expect(await codeOf(engine.forkTask('task', { fromSeq: 4 }))).toBe(
      'TASK_FORK_INVALID After entry 4 task "task" was over: nothing would run. Name an entry from 0 to 3.',
    );
    expect(await codeOf(engine.forkTask('task', { fromSeq: 9 }))).toContain('TASK_SEQ_UNKNOWN');
    expect(await codeOf(engine.forkTask('task', { id: 'task' }))).toContain('TASK_ALREADY_EXISTS');
    expect(await codeOf(engine.forkTask('task', { id: 'a/b' }))).toContain('TASK_INPUT_INVALID');
    expect(await codeOf(engine.forkTask('task', { mode: 'dryrun' }))).toContain('TASK_MODE_UNKNOWN');
    expect(engine.tasks()).toHaveLength(1);
  });
});

describe('going on with the manifests of today', () => {
  const hang: TestTools = { ...tools, three: () => Promise.withResolvers<string>().promise };

  /** A task whose third stage was at work when its process went away. */
  async function leave(): Promise<OpenEngine> {
    const first = await openProject({ workflow: chain, tools: hang }, { host: 'local' });
    const running = first.engine.runOne('go', { id: 'task' }).catch(() => undefined);
    await first.clock.until(() => first.calls.length === 3);
    await first.engine.close();
    await running;
    return first;
  }

  const specs = Object.fromEntries(['one', 'two', 'three', 'four'].map((id) => [id, { type: 'registered' }]));
  const rewrite = (directory: string, workflow: ProjectParts['workflow']): void =>
    writeProject(directory, { workflow, tools: specs });

  const renamed: ProjectParts['workflow'] = {
    nodes: [
      { id: 'first', type: 'tool', tool: 'one' },
      { id: 'two', type: 'tool', tool: 'two', arguments: { style: 'short' } },
      tool('three'),
      { id: 'four', type: 'tool', tool: 'four' },
      { id: 'last', type: 'end', output: '${{ input + "! " + stages.four.output }}' },
    ],
    edges: [
      { from: 'first', to: 'two' },
      { from: 'two', to: 'three' },
      { from: 'three', to: 'four' },
      { from: 'four', to: 'last' },
    ],
  };
  const allTools: TestTools = { ...tools, four: () => 'four' };

  it('keeps what is valid, renames it, runs the rest again, and comes to the same in a replay', async () => {
    const { directory, clock } = await leave();
    rewrite(directory, renamed);
    const { engine, calls, events } = await openDirectory(directory, allTools, { host: 'local', clock });
    const before = await engine.showTask('task');
    const plan = await engine.planMigration('task');
    expect(plan).toMatchObject({
      verdict: 'migratable',
      kept: [{ from: 'one', node: 'first' }],
      lost: [{ node: 'two', sentence: '"two" differs in "arguments".' }],
      starts: ['two'],
    });
    expect((await engine.showTask('task')).definition).toBe(before.definition);
    const result = await engine.resumeTask('task', { latest: true });
    expect([calls, result.status, result.output]).toEqual([['two', 'three', 'four'], 'completed', 'go! four']);
    expect(result.trace.map(({ node, status }) => `${node} ${status}`)).toEqual([
      'first done',
      'two done',
      'three done',
      'four done',
      'last done',
    ]);
    const after = await engine.showTask('task');
    expect([after.definition === before.definition, after.definition]).toEqual([false, plan.definition]);
    expect(await engine.replayTask('task')).toHaveLength(1);
    expect((await engine.showTask('task', { at: 2 })).definition).toBe(before.definition);
    expect(events.find(({ type }) => type === 'task.migrated')?.data).toMatchObject({ kept: 1, lost: 1 });
    const moved = (await engine.journal('task')).find(({ what }) => what.startsWith('moved'));
    expect(moved?.starts).toEqual(['two']);
  });

  it('keeps breakpoints for what still comes', async () => {
    const slow: TestTools = { ...tools, two: () => Promise.withResolvers<string>().promise };
    const first = await openProject({ workflow: chain, tools: slow }, { host: 'local' });
    const { id } = await first.engine.createTask({ input: 'go', breakpoints: ['three'], id: 'task' });
    const running = first.engine.runTask(id).catch(() => undefined);
    await first.clock.until(() => first.calls.length === 2);
    await first.engine.close();
    await running;
    const { directory, clock } = first;
    rewrite(directory, renamed);
    const { engine, calls } = await openDirectory(directory, allTools, { host: 'local', clock });
    expect((await engine.resumeTask(id, { latest: true })).status).toBe('paused');
    expect(await engine.showTask(id)).toMatchObject({ breakpoints: ['three'], stopped_at: 'three', held: ['three'] });
    expect((await engine.resumeTask(id)).output).toBe('go! four');
    expect(calls).toEqual(['two', 'three', 'four']);
    expect(await engine.replayTask(id)).toHaveLength(1);
  });

  it('leaves a task paused at a breakpoint until it is resumed, in a fork, too', async () => {
    const first = await openProject({ workflow: chain, tools }, { host: 'local' });
    await first.engine.createTask({ input: 'go', breakpoints: ['three'], id: 'task' });
    expect((await first.engine.runTask('task')).status).toBe('paused');
    const { directory, clock } = first;
    await first.engine.close();
    rewrite(directory, { ...chain, nodes: [...chain.nodes], edges: [...chain.edges], description: 'Another version.' });
    const { engine, calls } = await openDirectory(directory, allTools, { host: 'local', clock });
    const fork = await engine.forkTask('task', { fromStage: 'three', latest: true, id: 'fork' }).catch(codeOfError);
    expect(fork).toMatch(/TASK_FORK_INVALID Task "task" has no stage "three" that could run again/u);
    const { seq } = await engine.showTask('task');
    const held = await engine.forkTask('task', { fromSeq: seq, latest: true, id: 'fork' });
    expect(held).toMatchObject({ status: 'paused', held: ['three'], stopped_at: 'three', breakpoints: ['three'] });
    expect((await engine.runTask('fork')).output).toBe('go: three 1');
    expect(calls).toEqual(['three']);
    expect(await engine.replayTask('fork')).toHaveLength(1);
  });

  it('is the same as before where the manifests are', async () => {
    const { directory, clock } = await leave();
    const { engine, calls } = await openDirectory(directory, tools, { host: 'local', clock });
    expect((await engine.planMigration('task')).verdict).toBe('same');
    expect((await engine.resumeTask('task', { latest: true })).status).toBe('completed');
    expect(calls).toEqual(['three']);
  });

  it('is refused in the words of the manifests, and leaves the task as it was', async () => {
    const { directory, clock } = await leave();
    rewrite(directory, {
      ...chain,
      nodes: [tool('four'), ...chain.nodes],
      edges: [{ from: 'four', to: 'one' }, ...chain.edges],
    });
    const { engine } = await openDirectory(directory, allTools, { host: 'local', clock });
    const before = await engine.showTask('task');
    const refusal = 'begins at "four" instead of "one", so nothing that came of "one" can be kept. Begin a new task.';
    expect(await engine.planMigration('task')).toMatchObject({
      verdict: 'refused',
      reasons: [expect.stringContaining(refusal)],
    });
    expect(await codeOf(engine.resumeTask('task', { latest: true }))).toContain(refusal);
    expect(await codeOf(engine.forkTask('task', { fromStage: 'two', latest: true }))).toContain(
      'TASK_MIGRATION_REFUSED',
    );
    expect(await engine.showTask('task')).toEqual(before);
    expect(engine.tasks()).toHaveLength(1);
    const { output } = await engine.resumeTask('task');
    expect(output).toBe('go: three 1');
  });

  it('is possible for a fork, which then is the only one that is moved', async () => {
    const { directory, clock } = await leave();
    rewrite(directory, renamed);
    const { engine, calls } = await openDirectory(directory, allTools, { host: 'local', clock });
    const fork = await engine.forkTask('task', { fromStage: 'two', latest: true, id: 'fork' });
    expect(fork.migration).toMatchObject({ verdict: 'migratable', kept: [{ from: 'one', node: 'first' }], lost: [] });
    expect((await engine.runTask('fork')).output).toBe('go! four');
    expect(calls).toEqual(['two', 'three', 'four']);
    expect((await engine.resumeTask('task')).output).toBe('go: three 2');
    expect(await engine.replayTask('fork')).toHaveLength(1);
  });
});
