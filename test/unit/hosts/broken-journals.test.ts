import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/hosts/index.ts';
import { openDirectory, openProject, type TestTools } from '../../support/engine-fixture.ts';
import { stateFileOf } from '../../support/local-engine.ts';

const tools: TestTools = {
  one: () => 'x'.repeat(5_000),
  two: () => 'x'.repeat(5_000),
  three: () => Promise.withResolvers<string>().promise,
};

/** A task whose third stage was at work when its process went away, and a second task that is whole. */
async function leaveTask(): Promise<string> {
  const { engine, clock, calls, directory } = await openProject(
    {
      workflow: {
        nodes: [
          { id: 'one', type: 'tool', tool: 'one' },
          { id: 'two', type: 'tool', tool: 'two' },
          { id: 'three', type: 'tool', tool: 'three' },
        ],
        edges: [
          { from: 'one', to: 'two' },
          { from: 'two', to: 'three' },
        ],
      },
      tools,
    },
    { host: 'local' },
  );
  const running = engine.runOne('go', { id: 'task' }).catch(() => undefined);
  await clock.until(() => calls.length === 3);
  await engine.close();
  await running;
  return directory;
}

function change(directory: string, sql: string): void {
  const database = new DatabaseSync(stateFileOf(directory));
  database.exec(sql);
  database.close();
}

const entryBroken = (seq: number): string => `Entry ${seq} of the journal of task "task" cannot be used.`;

describe('a journal', () => {
  it.each([
    ['is no JSON', "UPDATE journal SET text = '{' WHERE seq = 1", entryBroken(1)],
    ['is another kind of JSON', "UPDATE journal SET text = '[]' WHERE seq = 1", entryBroken(1)],
    ['is of no known kind', `UPDATE journal SET text = '{"kind":"wish"}' WHERE seq = 1`, entryBroken(1)],
    [
      'has a result of a stage that did not run',
      `UPDATE journal SET text = replace(text, '"one"', '"three"') WHERE seq = 2`,
      entryBroken(2),
    ],
    [
      'has the result of another attempt',
      `UPDATE journal SET text = replace(text, '0.one', '7.one') WHERE seq = 2`,
      entryBroken(2),
    ],
    [
      'has an unknown failure',
      `UPDATE journal SET text = '{"kind":"result","node":"one","token":"0.one","end":{"kind":"failed","category":"bad luck","retryable":false}}' WHERE seq = 2`,
      entryBroken(2),
    ],
    [
      'is a creation in the middle',
      'UPDATE journal SET text = (SELECT text FROM journal WHERE seq = 0) WHERE seq = 1',
      entryBroken(1),
    ],
    [
      'is a second start',
      'UPDATE journal SET text = (SELECT text FROM journal WHERE seq = 1) WHERE seq = 2',
      entryBroken(2),
    ],
    ['is missing at the start', 'DELETE FROM journal WHERE seq = 0', entryBroken(0)],
    ['is missing in the middle', 'DELETE FROM journal WHERE seq = 1', entryBroken(2)],
    ['is missing at the end', 'DELETE FROM journal WHERE seq = 3', entryBroken(3)],
    ['is not there at all', 'DELETE FROM journal', entryBroken(0)],
    ['leaves out a number', 'UPDATE journal SET seq = 4 WHERE seq = 3; UPDATE task SET seq = 4', entryBroken(4)],
  ])('is refused when an entry %s', async (_, sql, message) => {
    const directory = await leaveTask();
    change(directory, sql);
    const { engine, calls } = await openDirectory(directory, tools, { host: 'local' });
    const broken = {
      code: 'STORE_JOURNAL_BROKEN',
      message,
      hint: 'Restore the state file from a backup, or run the task anew.',
    };
    await expect(engine.resumeTask('task')).rejects.toMatchObject(broken);
    await expect(engine.runTask('task')).rejects.toMatchObject(broken);
    await expect(engine.showTask('task')).rejects.toMatchObject(broken);
    expect(calls).toEqual([]);
    expect(engine.tasks().map(({ id }) => id)).toEqual(['task']);
  });

  it('is not given up for a value that it does not have to read', async () => {
    const directory = await leaveTask();
    const { engine } = await openDirectory(directory, tools, { host: 'local' });
    expect((await engine.showTask('task')).trace.map(({ status }) => status)).toEqual(['done', 'done', 'running']);
  });
});

describe('a large value', () => {
  it('is stored once, by its hash, whoever gives it', async () => {
    const directory = await leaveTask();
    const database = new DatabaseSync(stateFileOf(directory));
    const artifacts = database.prepare('SELECT hash, length(text) AS length FROM artifact').all();
    const entries = database.prepare('SELECT text FROM journal WHERE seq > 0 ORDER BY seq').all();
    database.close();
    const hash = artifacts[0]?.['hash'];
    expect(artifacts.map(({ length }) => length)).toEqual([5_002]);
    const entryOf = (node: string, token: string): string =>
      `{"kind":"result","node":"${node}","token":"${token}","end":{"kind":"done"},"output":{"artifact":"${String(hash)}","bytes":5002}}`;
    expect(entries.map(({ text }) => text)).toEqual([
      '{"kind":"control","command":"start"}',
      entryOf('one', '0.one'),
      entryOf('two', '2.two'),
    ]);
  });

  it.each([
    ['is missing from the store', 'DELETE FROM artifact'],
    ['is not what was stored', `UPDATE artifact SET text = '"other"'`],
    ['is not what was stored', `UPDATE artifact SET text = '{'`],
  ])('that %s makes the journal useless', async (fault, sql) => {
    const directory = await leaveTask();
    change(directory, sql);
    const { engine } = await openDirectory(directory, tools, { host: 'local' });
    await expect(engine.resumeTask('task')).rejects.toMatchObject({
      code: 'STORE_JOURNAL_BROKEN',
      message: `The value with hash "${hashOf(JSON.stringify('x'.repeat(5_000)))}" ${fault}.`,
      hint: 'Restore the state file from a backup, or run the task anew.',
    });
  });
});

describe('the manifests that a task began with', () => {
  it.each([
    ['are gone', 'DELETE FROM definition'],
    ['are no JSON', `UPDATE definition SET text = '{'`],
    ['are others', `UPDATE definition SET text = '{}'`],
  ])('are asked for when they %s', async (_, sql) => {
    const directory = await leaveTask();
    const { engine: other } = await openProject(
      { workflow: { nodes: [{ id: 'new', type: 'transform', output: 1 }] } },
      { host: 'local', directory },
    );
    await other.close();
    change(directory, sql);
    const { engine } = await openDirectory(directory, {}, { host: 'local' });
    for (const work of [engine.resumeTask('task'), engine.showTask('task')]) {
      await expect(work).rejects.toMatchObject({
        code: 'STORE_JOURNAL_BROKEN',
        message: 'The manifests that the task began with cannot be read from the state file.',
      });
    }
    expect((await engine.runOne('go')).output).toBe(1);
  });
});
