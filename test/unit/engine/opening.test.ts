import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Engine, isEngineError } from '../../../src/index.ts';
import { openProject } from '../../support/engine-fixture.ts';
import { stateFileOf } from '../../support/local-engine.ts';
import { temporaryDirectory, writeProject, type ProjectParts } from '../../support/project-fixture.ts';

const echo: ProjectParts = { workflow: { nodes: [{ id: 'echo', type: 'transform', output: '${{ input }}' }] } };

function written(parts: ProjectParts): string {
  const directory = temporaryDirectory();
  writeProject(directory, parts);
  return directory;
}

describe('an engine', () => {
  it('says all that is wrong with the manifests', async () => {
    const directory = written({
      workflow: {
        nodes: [{ id: 'echo', type: 'transform', output: '${{ nothing }}' }],
        edges: [{ from: 'echo', to: 'nowhere' }],
      },
    });
    const error: unknown = await Engine.fromConfigDir(directory).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'MANIFEST_INVALID',
      message: `The manifests in "${directory}" have 2 errors.`,
      hint: `See them with: agent-engine validate ${directory}`,
      problems: [
        {
          code: 'MANIFEST_EXPRESSION_INVALID',
          file: 'workflow.json',
          path: ['workflow', 'nodes', 0, 'output'],
        },
        { code: 'MANIFEST_EDGE_TARGET_UNKNOWN', file: 'workflow.json', path: ['workflow', 'edges', 0, 'to'] },
      ],
    });
    expect(existsSync(path.join(directory, '.agent-engine'))).toBe(false);
  });

  it.each([
    ['that is not there', 'missing', 'MANIFEST_DIRECTORY_MISSING'],
    ['without manifests', '.', 'MANIFEST_FILE_MISSING'],
  ])('refuses a directory %s', async (_, name, code) => {
    await expect(Engine.fromConfigDir(path.join(temporaryDirectory(), name))).rejects.toMatchObject({ code });
  });

  it('keeps warnings, and runs', async () => {
    const { engine } = await openProject(
      {
        workflow: {
          nodes: [
            { id: 'work', type: 'tool', tool: 'work' },
            { id: 'next', type: 'end' },
          ],
          edges: [{ from: 'work', to: 'next' }],
        },
        tools: { work: () => 1, idle: () => 2 },
      },
      { host: 'memory' },
    );
    expect(engine.warnings.map(({ code }) => code).toSorted()).toEqual([
      'MANIFEST_FAILURE_UNHANDLED',
      'MANIFEST_UNUSED',
    ]);
    expect((await engine.runOne('go')).output).toBe(1);
  });

  it('keeps tasks where engine.yaml says, and in memory leaves the directory alone', async () => {
    const directory = written({ ...echo, engine: { state_dir: './state/of/tasks' } });
    const memory = await Engine.fromConfigDir(directory, { host: 'memory' });
    await memory.runOne('go');
    await memory.close();
    expect(existsSync(path.join(directory, 'state'))).toBe(false);
    const local = await Engine.fromConfigDir(directory);
    await local.runOne('go', { id: 'task' });
    await local.close();
    expect(existsSync(path.join(directory, 'state/of/tasks/state.sqlite'))).toBe(true);
  });

  it('says that the state directory cannot be made', async () => {
    const directory = written({ ...echo, engine: { state_dir: './taken/state' } });
    writeFileSync(path.join(directory, 'taken'), 'a file');
    await expect(Engine.fromConfigDir(directory)).rejects.toMatchObject({
      code: 'STORE_UNWRITABLE',
      hint: 'Make it writable, or name another one as engine.state_dir.',
    });
  });

  it('refuses a state file that is none, and leaves it alone', async () => {
    const directory = written(echo);
    mkdirSync(path.dirname(stateFileOf(directory)));
    writeFileSync(stateFileOf(directory), 'tasks: none\n'.repeat(500));
    await expect(Engine.fromConfigDir(directory)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
    const memory = await Engine.fromConfigDir(directory, { host: 'memory' });
    expect((await memory.runOne('go')).output).toBe('go');
    await memory.close();
  });

  it('takes secrets from the environment it is given, and keeps them out of what it stores', async () => {
    const parts: ProjectParts = {
      ...echo,
      engine: { models: { keyed: { provider: 'scripted', script: 'replies.yaml', model: '${env:MODEL_NAME}' } } },
      agents: { writer: { prompt: 'Write.', model: 'keyed' } },
      files: { 'replies.yaml': 'replies: [{ reply: hello }]' },
      workflow: { nodes: [{ id: 'write', type: 'agent', agent: 'writer' }] },
    };
    const directory = written(parts);
    const refused: unknown = await Engine.fromConfigDir(directory, { environment: {} }).catch(
      (error: unknown) => error,
    );
    const codes = isEngineError(refused) ? refused.problems.map(({ code }) => code) : [];
    expect(codes).toContain('MANIFEST_ENVIRONMENT_MISSING');
    const engine = await Engine.fromConfigDir(directory, { environment: { MODEL_NAME: 'secret-model' } });
    await engine.runOne('go', { id: 'task' });
    const text = JSON.stringify([await engine.showTask('task'), engine.compiled.project]);
    await engine.close();
    expect([text.includes('secret-model'), text.includes('${env:MODEL_NAME}')]).toEqual([false, true]);
  });
});
