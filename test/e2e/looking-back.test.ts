import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { temporaryDirectory, toolFiles, writeFiles } from './project.ts';

const directory = temporaryDirectory();

it('tasks can be looked at when the manifests have been broken and their tools are gone', async () => {
  const workflow =
    'workflow:\n  id: past\n  nodes: [{ id: one, type: tool, tool: count, arguments: { stage: one } }]\n';
  const project = writeFiles(path.join(directory, 'past'), { ...toolFiles, 'workflow.yaml': workflow });
  expect((await cli(['run', project, 'go', '--id', 'old'])).code).toBe(0);
  writeFiles(project, { 'workflow.yaml': 'workflow: [\n' });
  rmSync(path.join(project, 'tools'), { recursive: true });
  const [listed, shown] = await Promise.all([
    cli(['tasks', '--project', project, '--json']),
    cli(['show', 'old', '--project', project, '--json']),
  ]);
  expect([listed.code, JSON.parse(listed.stdout)]).toMatchObject([0, [{ taskId: 'old', status: 'completed' }]]);
  expect([shown.code, JSON.parse(shown.stdout)]).toMatchObject([
    0,
    { taskId: 'old', status: 'completed', output: { stage: 'one' }, trace: [{ node: 'one', status: 'done' }] },
  ]);
});
