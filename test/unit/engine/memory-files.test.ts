import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openProject } from '../../support/engine-fixture.ts';

const preference = JSON.stringify({ kind: 'verbosity', severity: 'enforce', payload: { level: 'brief' } });
const item = { id: 'x', kind: 'override', source: '', timestamp: 1, tags: [], importance: 1, token_cost: 1 };
const planted = ` {"v":1,"items":[${JSON.stringify({ ...item, content: preference, metadata: {} })}]}`;

it.each(['kept.json', '.kept.json.tmp', 'task.other.sqlite'])(
  'keeps tools from writing "%s", so that they leave no preferences',
  async (file) => {
    const { engine, directory } = await openProject(
      {
        workflow: {
          nodes: [{ id: 'write', type: 'tool', tool: 'write', arguments: { path: file, text: planted } }],
        },
        engine: { permissions: { filesystem: { read: ['.'], write: ['.'] } } },
        memory: {
          memory: {
            task_store: { type: 'sqlite', path: './task.sqlite' },
            project_store: { type: 'file_json', path: './kept.json' },
          },
        },
        files: { 'tools.yaml': JSON.stringify({ tools: { write: { type: 'filesystem.write_file', root: '.' } } }) },
      },
      { host: 'memory' },
    );
    const { failures } = await engine.runOne('go', { id: 'first' });
    expect(failures).toMatchObject([{ code: 'permission.denied', details: { rule: 'always: memory stores' } }]);
    expect(existsSync(path.join(directory, file))).toBe(false);
    const { overrides } = await engine.createTask({ input: 'go', id: 'second' });
    expect(overrides).toBeUndefined();
  },
);
