import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from './cli-call.ts';
import { echoProject, temporaryDirectory, writeFiles } from './project.ts';

const directory = temporaryDirectory();
writeFiles(path.join(directory, 'echo'), {
  ...echoProject,
  'plugins.yaml': 'plugins: [{ name: audit, type: audit.log, config: { path: audit.jsonl } }]\n',
});
const run = async (...words: string[]): Promise<string> => {
  const { stdout, stderr } = await cli(words, { cwd: directory });
  return stdout + stderr;
};

it('takes --project wherever a command names its project first', async () => {
  const heard = 'kind: text\nrequest: hello there\n';
  expect(await run('run', '--project', 'echo', '--quiet', 'hello', 'there')).toBe(heard);
  expect(await run('run', './echo', '--project', 'echo', '--quiet', 'hello', 'there')).toBe(heard);
  for (const command of [['validate'], ['diagram'], ['paths'], ['audit', 'verify']]) {
    expect(await run(...command, '--project', 'echo')).toBe(await run(...command, 'echo'));
  }
});

it('says what to do where a project is named twice, not at all, or as a command does not take it', async () => {
  expect(await run('validate', 'echo', '--project', 'other')).toMatch(
    /^error HOST_USAGE The directory is named twice\.\n {2}help: Leave out --project, or the argument 'dir'\.\n/u,
  );
  expect(await run('paths')).toMatch(/^error HOST_USAGE Missing required argument "dir"\.\n/u);
  for (const command of [['tasks'], ['consent', 'list']]) {
    expect(await run(...command, 'echo')).toMatch(/\n {2}help: A project is named with --project <dir>; see /u);
  }
});
