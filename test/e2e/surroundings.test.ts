import { chmodSync, existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli, inherited, shell, stackPattern } from './cli-process.ts';
import { echoProject, temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();
const isRoot = process.getuid?.() === 0;
const program = path.resolve(import.meta.dirname, '../../bin/agent-engine.js');

function echo(name: string): string {
  return writeFiles(path.join(directory, name), echoProject);
}

it('runs in a directory whose name has spaces, quotes and an emoji', async () => {
  const project = echo("it's a 🐙 project");
  const { code, stdout } = await cli(['run', project, 'hello', '--quiet']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'kind: text\nrequest: hello\n' });
  const shown = await shell(`node '${program}' tasks --project 'it'\\''s a 🐙 project'`, directory);
  expect(shown.stdout).toMatch(/^TASK +STATUS +CREATED +UPDATED\n\S+ +completed +/u);
});

it('runs without a home directory', async () => {
  const { code, stdout, stderr } = await cli(['run', echo('homeless'), 'hello', '--quiet'], {
    environment: { PATH: inherited.PATH },
  });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'kind: text\nrequest: hello\n', stderr: '' });
});

it('says so when the state directory cannot be made', async () => {
  const project = writeFiles(echo('blocked'), { '.agent-engine': 'a file in the way' });
  const { code, stdout, stderr } = await cli(['run', project, 'hello']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error STORE_UNWRITABLE The state directory ".+" cannot be made\.\n {2}help: /u);
  expect(stderr).not.toMatch(stackPattern);
});

// Root may write everywhere.
it.skipIf(isRoot)('says so when the state directory may not be written', async () => {
  const project = writeFiles(echo('read-only'), { '.agent-engine/.keep': '' });
  chmodSync(path.join(project, '.agent-engine'), 0o500);
  const { code, stdout, stderr } = await cli(['run', project, 'hello']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^error STORE_UNWRITABLE The state file ".+" cannot be opened\.\n {2}help: /u);
});

it('says so when the state file is none', async () => {
  const project = writeFiles(echo('damaged'), { '.agent-engine/state.sqlite': 'x'.repeat(1_000) });
  const { code, stderr } = await cli(['run', project, 'hello']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error STORE_UNREADABLE /u);
  expect(stderr).not.toMatch(stackPattern);
});

it('goes on to the end when the reader of its output leaves', async () => {
  const project = echo('left');
  const { stdout, stderr } = await shell(
    `{ node '${program}' run left hello --events --id task; echo "code $?" >&2; } | head -n 1`,
    directory,
  );
  expect(stdout).toMatch(/^\{"id":"task\/1".+\}\n$/u);
  expect(stderr).toMatch(/completed .+\ncode 0\n$/u);
  expect(stderr).not.toMatch(stackPattern);
  expect(existsSync(path.join(project, '.agent-engine/state.sqlite'))).toBe(true);
});

// Only Linux and some BSDs have a device that is always full.
it.skipIf(!existsSync('/dev/full'))('says so when the result cannot be written', async () => {
  echo('full');
  const { stderr } = await shell(`node '${program}' run full hello --quiet > /dev/full; echo "code $?" >&2`, directory);
  expect(stderr).toMatch(/^error HOST_OUTPUT_UNWRITABLE The result cannot be written: .+\ncode 1\n$/su);
  expect(stderr).not.toMatch(stackPattern);
});

it('reports what a tool leaves uncaught, and no stack', async () => {
  const project = writeFiles(path.join(directory, 'uncaught'), {
    'agents.yaml': 'agents: {}\n',
    'tools.yaml': 'tools:\n  late: { type: module, module: ./late.js }\n',
    'late.js': `export default function late() {
  setImmediate(() => Promise.reject(new Error('Nobody waits for this.')));
  return new Promise((resolve) => setTimeout(resolve, 5_000));
}
`,
    'workflow.yaml': `workflow:
  id: uncaught
  nodes:
    - { id: run, type: tool, tool: late }
    - { id: finished, type: end }
  edges:
    - { from: run, to: finished }
`,
  });
  const { code, stdout, stderr } = await cli(['run', project, 'go']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^error TOOL_STRAY_ERROR Code of the tool "late" failed outside of any call \(\S+:\d+\): Nobody waits for this\.$/mu,
  );
  expect(stderr).not.toMatch(stackPattern);
});
