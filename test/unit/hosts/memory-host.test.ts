import { describe } from 'vitest';
import { hostContract } from '../../contract/host.ts';

describe('the memory host', () => {
  hostContract('memory');
});
