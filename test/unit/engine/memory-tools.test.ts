import { expect, it } from 'vitest';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { Engine } from '../../../src/index.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';

async function open(memory: object): Promise<Engine> {
  const directory = temporaryDirectory();
  writeProject(directory, {
    workflow: {
      nodes: [
        { id: 'keep', type: 'tool', tool: 'remember', arguments: { content: '${{ input }}', tags: ['seen'] } },
        { id: 'find', type: 'tool', tool: 'recall', arguments: { query: 'ship' } },
        {
          id: 'told',
          type: 'transform',
          output: '${{ stages.find.output.items.map(i, i.content + " by " + i.source) }}',
        },
      ],
      edges: [
        { from: 'keep', to: 'find' },
        { from: 'find', to: 'told' },
      ],
    },
    tools: {
      remember: { type: 'memory.remember', ...memory },
      recall: { type: 'memory.recall', ...memory },
    },
    memory: { memory: { task_store: { type: 'in_memory' }, project_store: { type: 'in_memory' } } },
  });
  const engine = await Engine.fromConfigDir(directory, { host: 'memory' });
  onTestFinished(() => engine.close());
  return engine;
}

it('lets the tools of a task work on its own memory, which no other task sees', async () => {
  const engine = await open({});
  expect([(await engine.runOne('a red ship')).output, (await engine.runOne('a blue ship')).output]).toEqual([
    ['a red ship by keep'],
    ['a blue ship by keep'],
  ]);
});

it('lets all tasks work on the memory of the project', async () => {
  const engine = await open({ store: 'project_store' });
  await engine.runOne('a red ship');
  const { output } = await engine.runOne('a blue ship');
  expect(new Set(z.array(z.string()).parse(output))).toEqual(new Set(['a blue ship by keep', 'a red ship by keep']));
});
