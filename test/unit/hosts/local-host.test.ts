import { describe } from 'vitest';
import { hostContract } from '../../contract/host.ts';

describe('the local host', () => {
  hostContract('local');
});
