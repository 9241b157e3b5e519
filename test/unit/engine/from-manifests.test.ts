import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { Engine, isEngineError, type ProjectFiles } from '../../../src/index.ts';
import { temporaryDirectory } from '../../support/project-fixture.ts';

const files: ProjectFiles = {
  'workflow.yaml': `
workflow:
  id: greeting
  nodes:
    - { id: greet, type: agent, agent: greeter }
    - { id: shout, type: tool, tool: shout, arguments: { text: '\${{ output }}' } }
    - { id: again, type: workflow, workflow: workflows/again.yaml }
    - { id: done, type: end }
  edges:
    - { from: greet, to: shout }
    - { from: shout, to: again }
    - { from: again, to: done }
`,
  'workflows/again.yaml': `
workflow: { id: again, nodes: [{ id: twice, type: transform, output: '\${{ [input, input] }}' }] }
`,
  'agents.yaml': 'agents: { greeter: { prompt: prompts/greet.md } }',
  'prompts/greet.md': 'Greet whom the request names.',
  'tools.yaml': 'tools: { shout: { type: module, module: tools/shout.js } }',
  'engine.yaml': `
engine:
  name: greeting
  models: { told: { provider: scripted, script: told.yaml } }
  defaults: { model: told }
  state_dir: ./kept
`,
  'memory.yaml': 'memory: { task_store: { type: file_json } }',
  'told.yaml': 'replies: [{ match: Greet whom, reply: Hello. }]',
};

function withTool(): string {
  const directory = temporaryDirectory();
  mkdirSync(path.join(directory, 'tools'));
  writeFileSync(path.join(directory, 'tools/shout.js'), 'export default ({ text }) => text.toUpperCase();');
  return directory;
}

it('runs manifests that are at hand as texts, with the tools of a directory', async () => {
  const directory = withTool();
  const engine = await Engine.fromManifests(files, { directory, host: 'memory', environment: {} });
  expect(await engine.runOne('Ada')).toMatchObject({ status: 'completed', output: ['HELLO.', 'HELLO.'] });
  await engine.close();
  expect(existsSync(path.join(directory, 'kept/state.sqlite'))).toBe(false);
});

it('keeps tasks where the texts say, for an engine of a later process', async () => {
  const directory = withTool();
  const first = await Engine.fromManifests(files, { directory, environment: {} });
  await first.createTask({ input: 'Ada', id: 'task' });
  await first.close();
  expect(existsSync(path.join(directory, 'kept/state.sqlite'))).toBe(true);
  const second = await Engine.fromManifests(files, { directory, environment: {} });
  expect(await second.resumeTask('task')).toMatchObject({ status: 'completed' });
  expect(readdirSync(path.join(directory, 'kept/memory'))).toContain('task.task.json');
  expect(await second.prune({ ids: ['task'] })).toMatchObject({ tasks: 1 });
  expect(readdirSync(path.join(directory, 'kept/memory'))).not.toContain('task.task.json');
  await second.close();
});

it('refuses texts with all that is wrong with them', async () => {
  const directory = temporaryDirectory(); // without the tool
  const wrong = { ...files, 'agents.yaml': 'agents: { greeter: { prompt: prompts/great.md } }' };
  const error: unknown = await Engine.fromManifests(wrong, { directory, environment: {} }).catch(
    (reason: unknown) => reason,
  );
  if (!isEngineError(error)) throw new Error('It is an error of the engine.');
  expect([error.code, error.problems?.map(({ code, file }) => `${code} ${file}`).toSorted()]).toEqual([
    'MANIFEST_INVALID',
    [
      'MANIFEST_FAILURE_UNHANDLED workflow.yaml',
      'MANIFEST_FILE_MISSING agents.yaml',
      'MANIFEST_FILE_MISSING tools.yaml',
    ],
  ]);
});

const noTexts = [null, 'workflow: {}', [], { 'workflow.yaml': null }, { 'workflow.yaml': { workflow: {} } }];

it.each(noTexts.map((given) => ({ given })))('refuses $given, which holds no texts, with a code', async ({ given }) => {
  // @ts-expect-error: as a program without types calls it.
  const opening = Engine.fromManifests(given, { host: 'memory', environment: {} });
  await expect(opening).rejects.toThrow(/is no (?:text|object with texts)\.$/u);
  await expect(opening).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
});
