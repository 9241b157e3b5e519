import { expect, it } from 'vitest';

it('is this list of names, and removing one is a breaking change', async () => {
  const names = Object.keys(await import('../../../src/index.ts'));
  expect(names.toSorted()).toEqual([
    'Engine',
    'EngineError',
    'EngineEvent',
    'compareProjects',
    'countCovered',
    'countPaths',
    'createMemorySink',
    'createStageActor',
    'createStepper',
    'createTableStepper',
    'createWorkflowMachine',
    'criteria',
    'definePlugin',
    'defineTool',
    'deliverMessage',
    'describeGoal',
    'explore',
    'isEngineError',
    'listPaths',
    'loadProject',
    'migrateTask',
    'openMemory',
    'openTrial',
    'staticFacts',
    'statusOf',
    'submitTask',
    'systemClock',
    'tokenOf',
  ]);
});
