import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PermissionsSpec } from '../../../../src/manifest/index.ts';
import { checkProject } from '../../../../src/manifest-compiler/checks/index.ts';
import { parseManifests } from '../../../../src/manifest-compiler/read/index.ts';
import { createToolProject, toolCall, type ToolProject } from './tool-project.ts';

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
  for (const name of ['out/deep', 'outer', '..data', '.agent-engine']) {
    mkdirSync(project.path(name), { recursive: true });
  }
});

afterEach(async () => await project.remove());

interface Tool {
  readonly command: string;
  readonly working_dir?: string;
}

/** Whether the checks have nothing to say against a command. */
function isChecked(tool: Tool, permissions: PermissionsSpec): boolean {
  const manifests = {
    'engine.json': { engine: { name: 'test', permissions } },
    'tools.json': { tools: { run: { type: 'command.run', ...tool } } },
    'workflow.json': { workflow: { id: 'main', nodes: [{ id: 'run', type: 'tool', tool: 'run' }] } },
  };
  const texts = Object.entries(manifests).map(([file, value]) => [file, JSON.stringify(value)] as const);
  return checkProject(parseManifests(new Map(texts)), new Map()).project !== undefined;
}

/** Whether the runtime would start it. */
async function isRun(tool: Tool, permissions: PermissionsSpec): Promise<boolean> {
  try {
    const runtime = await project.runtime({ tools: { run: { type: 'command.run', ...tool } }, permissions });
    return (await runtime.call(toolCall('run', {}, { mode: 'dry_run' }))).ok;
  } catch {
    return false;
  }
}

it.each([
  ['npm test', ['npm test'], true],
  ['npm test --watch', ['npm test'], false],
  ['npm test --watch', ['ls', 'npm test *'], true],
  ['npm test', ['npm test *'], true],
  ['npm', ['npm test *'], false],
  ['anything', ['*'], true],
  ['ls x', [`ls '*'`], false],
  [`ls '*'`, [`ls '*'`], true],
  ['npm tests', ['npm test*'], false],
  ['ls', [], false],
  ['ls && rm x', ['*'], false],
  [`ls '&&'`, ['*'], true],
  ['echo "a', ['*'], false],
  ['ls', ['ls', 'echo "a'], false],
  ['ls', ['ls', ' '], false],
])('checks and runs %s alike when %j may be run', async (command, allow, expected) => {
  const permissions = { commands: { allow } };
  expect([isChecked({ command }, permissions), await isRun({ command }, permissions)]).toEqual([expected, expected]);
});

it.each([
  [undefined, {}, true],
  ['.', {}, true],
  ['./work/..', {}, true],
  ['./work', {}, false],
  ['./work', { read: ['./work'] }, true],
  ['./out/deep', { write: ['./out'] }, true],
  ['./outer', { write: ['./out'] }, false],
  ['./work', { read: ['.'] }, true],
  ['./..data', { read: ['.'] }, true],
  ['../outside', { read: ['.'] }, false],
  ['../outside', { read: ['../outside'] }, true],
  ['./.agent-engine', { read: ['.'] }, false],
])('checks and runs a command in %s alike with the roots %j', async (directory, filesystem, expected) => {
  const permissions = { filesystem, commands: { allow: ['ls'] } };
  const tool = { command: 'ls', ...(directory !== undefined && { working_dir: directory }) };
  expect([isChecked(tool, permissions), await isRun(tool, permissions)]).toEqual([expected, expected]);
});

it('leaves to the run what depends on the environment', () => {
  const permissions = { filesystem: { read: ['${env:FOLDER}'] }, commands: { allow: ['npm test'] } };
  expect([
    isChecked({ command: 'npm ${env:TARGET}', working_dir: './src' }, permissions),
    isChecked({ command: 'yarn ${env:TARGET}' }, permissions),
  ]).toEqual([true, false]);
});
