import { expect, it } from 'vitest';
import { createUnwritten } from '../../../src/hosts/journal/unwritten.ts';
import type { TaskCommit } from '../../../src/services/index.ts';
import { createMemoryTaskStore } from '../../../src/services/store/index.ts';
import { guarded } from '../../../src/services/store/sqlite-errors.ts';
import { commitAt } from '../../contract/task-store.ts';

const ids = ['a', 'b', 'c'];

/** How many commits each attempt was for, and which tasks failed, when every attempt ends with a result code of SQLite. */
function attemptsAt(errcode: number): { readonly attempts: readonly number[]; readonly failed: readonly string[] } {
  const attempts: number[] = [];
  const commitAll = (commits: readonly TaskCommit[]): void => {
    attempts.push(commits.length);
    guarded('state.sqlite', 'write', () => {
      throw Object.assign(new Error('SQLite says no.'), { errcode });
    });
  };
  const unwritten = createUnwritten({ ...createMemoryTaskStore(), commitAll });
  for (const id of ids) unwritten.note(commitAt(1, { id }));
  return { failed: [...unwritten.write().keys()], attempts };
}

it('a state file that is kept busy is waited for no more than twice, however many tasks have something to write', () => {
  expect(attemptsAt(5)).toEqual({ attempts: [3, 1], failed: ids });
});

it('any other fault may be that of one task, so each is tried', () => {
  expect(attemptsAt(13)).toEqual({ attempts: [3, 1, 1, 1], failed: ids });
});
