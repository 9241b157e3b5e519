import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteTaskStore, currentHolder, type TaskStore } from '../../../../src/services/store/index.ts';
import { changeOf, commitAt, pruned, stepAt } from '../../../contract/task-store.ts';

let directory = '';
let file = '';
let opened: TaskStore[] = [];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'task-sharing-'));
  file = path.join(directory, 'state.db');
});
afterEach(() => {
  for (const store of opened) store.close();
  opened = [];
  rmSync(directory, { recursive: true, force: true });
});

function openStore(): TaskStore {
  const store = createSqliteTaskStore({ file, durability: 'process' });
  opened.push(store);
  return store;
}

describe('two connections to a state file', () => {
  it('tell each other that something is new, once, and nothing of what they wrote themselves', () => {
    const [first, second] = [openStore(), openStore()];
    first.hasChanged();
    second.hasChanged();
    first.commit(commitAt(1));
    first.saveDefinition('d', '{}');
    expect([first.hasChanged(), second.hasChanged(), second.hasChanged()]).toEqual([false, true, false]);
    second.sendSignal({ task: 'task-1', command: 'pause', at: 1 });
    expect([first.hasChanged(), second.hasChanged()]).toEqual([true, false]);
    expect(first.takeSignals(['task-1'])).toEqual([{ task: 'task-1', command: 'pause', at: 1 }]);
    expect(second.takeSignals(['task-1'])).toEqual([]);
  });

  it('do not both get a signal', () => {
    const [first, second] = [openStore(), openStore()];
    first.commit(commitAt(1));
    for (let at = 0; at < 10; at += 1) first.sendSignal({ task: 'task-1', command: 'step', at });
    const taken = [...second.takeSignals(['task-1']), ...first.takeSignals(['task-1'])];
    expect(taken.map(({ at }) => at)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('do not lose the manifests that a task is brought over to while the other one removes what nothing refers to', () => {
    const [first, second] = [openStore(), openStore()];
    first.commit(commitAt(1));
    first.saveDefinition('hash-2', '{"v":2}');
    expect(pruned(second, { now: 9 }).definitions).toBe(1);
    first.commit(stepAt(2, { definition: 'hash-2' }));
    expect(second.definition('hash-2')).toBe('{"v":2}');
  });

  it('can write in between while one of them removes tasks', () => {
    const [first, second] = [openStore(), openStore()];
    first.commitAll(
      Array.from({ length: 600 }, (_, at) => commitAt(1, { id: `t${at}`, status: 'completed', created_at: at })),
    );
    let steps = 0;
    for (const step of first.prune({ now: 1 })) {
      steps += 1;
      expect(step.tasks.length).toBeLessThan(600);
      second.commit(commitAt(1, { id: `new-${steps}` }));
    }
    expect(second.tasks().length).toBe(steps);
  });

  it('keep the definition that an engine holds, though the other one removed it', () => {
    const [engine, other] = [openStore(), openStore()];
    engine.saveDefinition('hash-1', '{"v":1}');
    expect(pruned(engine, { now: 1 }).definitions).toBe(0);
    expect(pruned(other, { now: 1 }).definitions).toBe(1);
    expect(engine.definition('hash-1')).toBe(undefined);
    engine.commit(commitAt(1));
    expect(other.definition('hash-1')).toBe('{"v":1}');
  });

  it('remove a task that is over once the process is gone that had it', () => {
    const store = openStore();
    store.commit(commitAt(1, { status: 'completed' }));
    store.acquire('task-1', currentHolder('alive'), 1);
    expect(pruned(store, { now: 1 }).tasks).toEqual([]);
    const pid = Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
    store.release('task-1', 'alive');
    store.acquire('task-1', { ...currentHolder('gone'), pid }, 1);
    expect(pruned(store, { now: 1 }).tasks).toEqual(['task-1']);
  });
});

describe('a state file', () => {
  it('grows by the same for each step, however large the checkpoint is', () => {
    const bytesFor = (id: string, row: string): number => {
      const store = openStore();
      store.commit(commitAt(1, { id, row }));
      const before = statSync(`${file}-wal`).size;
      for (let seq = 2; seq <= 100; seq += 1) store.commit(stepAt(seq, { id }));
      return statSync(`${file}-wal`).size - before;
    };
    const small = bytesFor('small', '{}');
    rmSync(file, { force: true });
    for (const store of opened) store.close();
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    const large = bytesFor('large', JSON.stringify('x'.repeat(1_000_000)));
    expect(large).toBeLessThan(small * 1.2);
  });

  it('keeps the changes of files when it is opened again', () => {
    const id = openStore().saveChange(changeOf('task-1'), [{ hash: 'a', text: '1' }]);
    openStore().markUndone([id], 5);
    expect(openStore().changes('task-1')).toEqual([{ ...changeOf('task-1'), id, undone_at: 5 }]);
  });
});
