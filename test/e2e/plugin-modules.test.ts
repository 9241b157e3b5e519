import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from './cli-process.ts';
import { temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();

function projectWith(name: string, code: string): string {
  return writeFiles(path.join(directory, name), {
    'workflow.yaml': 'workflow:\n  id: sample\n  nodes: [{ id: make, type: transform, output: 1 }]\n',
    'plugins.yaml': 'plugins:\n  - { name: guard, type: module, module: ./plugins/guard.js }\n',
    'package.json': '{ "type": "module" }',
    'plugins/guard.js': code,
  });
}

describe('the module of a plugin', () => {
  it.each([
    [
      'throws',
      "\nthrow new Error('Broken.');\n",
      'Broken (plugins/guard.js:2:7).',
      'Correct the code at plugins/guard.js:2:7.',
    ],
    [
      'is no JavaScript',
      '\n\nconst a = ;\n',
      "Unexpected token ';' (plugins/guard.js:3:11).",
      'code at plugins/guard.js:3:11.',
    ],
    ['imports no file', "import './no.js';\n", "Cannot find module 'plugins/no.js'", 'correct the path of the import.'],
    [
      'imports no package',
      "import 'no-such';\n",
      "Cannot find package 'no-such'",
      'Install the package that it imports',
    ],
    [
      'imports no export',
      "import { no } from 'node:path';\n",
      "named 'no' (plugins/guard.js:1).",
      'plugins/guard.js:1.',
    ],
  ])('that %s is an error with its place and what helps', async (name, ...[code, reason, help]) => {
    const { code: exit, stderr } = await cli(['run', projectWith(name.replaceAll(' ', '-'), code), 'go']);
    expect(exit).not.toBe(0);
    expect(stderr).toContain('PLUGIN_INVALID');
    expect(stderr.replaceAll(/\s+/gu, ' ')).toContain(reason);
    expect(stderr.replaceAll(/\s+/gu, ' ')).toContain(help);
  });
});
