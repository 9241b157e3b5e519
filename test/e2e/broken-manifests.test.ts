import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { gatedProject, temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();

describe('manifests that were broken since a task began', () => {
  it.each([
    ['step', 3, 'Next: second.'],
    ['pause', 0, 'Task "task" is paused.'],
    ['undo', 0, 'There is nothing to undo'],
    ['cancel', 0, 'Task "task" is cancelled.'],
  ])('do not stand in the way of %s', async (verb, code, said) => {
    const project = writeFiles(path.join(directory, verb), gatedProject);
    await cli(['run', project, 'go', '--id', 'task', '--step', '--no-progress']);
    writeFileSync(path.join(project, 'workflow.yaml'), 'workflow: [');
    const ended = await cli([verb, 'task', '--project', project]);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(said)]);
  });
});
