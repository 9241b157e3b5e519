import { expect, it, onTestFinished } from 'vitest';
import { Engine, type EngineEvent } from '../../../src/index.ts';
import { temporaryDirectory, writeProject } from '../../support/project-fixture.ts';

const nodes = [
  { id: 'write', type: 'tool' as const, tool: 'write', arguments: { path: 'a.md', text: '${{ input }}' } },
  { id: 'find', type: 'tool' as const, tool: 'recall', arguments: { query: 'a.md' } },
];

const recall = {
  type: 'transform' as const,
  output: '${{ stages.find.output.items.map(i, i.kind + ": " + i.content) }}',
};

interface Options {
  readonly memory: object;
  /** The store that is asked. */
  readonly store: string;
  readonly mode?: string;
}

async function told({ memory, store, mode }: Options): Promise<{ output: unknown; events: EngineEvent[] }> {
  const directory = temporaryDirectory();
  writeProject(directory, {
    engine: { permissions: { filesystem: { read: ['.'], write: ['.'] } } },
    workflow: {
      nodes: [...nodes, { id: 'told', ...recall }],
      edges: [
        { from: 'write', to: 'find' },
        { from: 'find', to: 'told' },
      ],
    },
    tools: { write: { type: 'filesystem.write_file', root: '.' }, recall: { type: 'memory.recall', store } },
    memory: { memory },
  });
  const engine = await Engine.fromConfigDir(directory, { host: 'memory' });
  onTestFinished(() => engine.close());
  const events: EngineEvent[] = [];
  engine.events$.subscribe((event) => events.push(event));
  const { output } = await engine.runOne('hello', { id: 'task', ...(mode !== undefined && { mode }) });
  return { output, events };
}

const typesOf = (events: readonly EngineEvent[]): unknown[] =>
  events.flatMap(({ type, data }) => (type === 'memory.written' || type === 'memory.failed' ? [[type, data]] : []));

const observed =
  'observation: write({"path":"a.md","text":"hello"}) gave:\n{\n  "path": "a.md",\n  "bytes": 5,\n  "created": true\n}';

it('keeps what a tool gave in the memory of its task', async () => {
  const { output, events } = await told({ memory: { task_store: { type: 'in_memory' } }, store: 'task_store' });
  expect(output).toEqual([observed]);
  expect(typesOf(events)).toMatchObject([['memory.written', { store: 'task_store', items: 1 }]]);
});

it('keeps in the memory of the project what a task did to a file', async () => {
  const { output } = await told({ memory: { project_store: { type: 'in_memory' } }, store: 'project_store' });
  expect(output).toEqual(['change: Created a.md with write in stage write of task task.']);
});

it('remembers nothing of what a safe mode kept from running', async () => {
  const memory = { task_store: { type: 'in_memory' as const }, project_store: { type: 'in_memory' as const } };
  const { events } = await told({ memory, store: 'task_store', mode: 'dry_run' });
  expect(typesOf(events)).toEqual([]);
});

it('says so when it cannot be kept, and lets the result of the tool stand', async () => {
  const memory = {
    project_store: { type: 'file_json' as const, path: 'a.md/memory.json' },
    task_store: { type: 'in_memory' as const },
  };
  const { output, events } = await told({ memory, store: 'task_store' });
  expect(output).toEqual([observed]);
  expect(typesOf(events)).toMatchObject([
    ['memory.written', { store: 'task_store' }],
    ['memory.failed', { store: 'project_store', items: 1, failure: { code: 'memory.unavailable' } }],
  ]);
});
