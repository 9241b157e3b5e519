import { describe, expect, it } from 'vitest';
import { createMemoryTaskStore } from '../../../../src/services/store/index.ts';
import { taskStorePartsContract, taskStorePruneContract } from '../../../contract/task-store-parts.ts';
import { commitAt, taskStoreContract } from '../../../contract/task-store.ts';

describe('a task store in memory', () => {
  taskStoreContract(createMemoryTaskStore);
  taskStorePartsContract(createMemoryTaskStore);
  taskStorePruneContract(createMemoryTaskStore);

  it('has something new once for any number of signals', () => {
    const store = createMemoryTaskStore();
    store.commit(commitAt(1));
    for (const at of [1, 2]) store.sendSignal({ task: 'task-1', command: 'pause', at });
    expect([store.hasChanged(), store.hasChanged()]).toEqual([true, false]);
  });
});
