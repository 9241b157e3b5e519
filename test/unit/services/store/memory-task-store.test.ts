import { describe } from 'vitest';
import { createMemoryTaskStore } from '../../../../src/services/store/index.ts';
import { taskStoreContract } from '../../../contract/task-store.ts';

describe('a task store in memory', () => {
  taskStoreContract(createMemoryTaskStore);
});
