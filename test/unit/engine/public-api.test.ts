import { expect, it } from 'vitest';

it('is this list of names, and removing one is a breaking change', async () => {
  const names = Object.keys(await import('../../../src/index.ts'));
  expect(names.toSorted()).toEqual([
    'Engine',
    'EngineError',
    'EngineEvent',
    'defineTool',
    'isEngineError',
    'loadProject',
    'systemClock',
  ]);
});
