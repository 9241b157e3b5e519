import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToolOutcome } from '../../../../src/services/tools/index.ts';
import { createToolProject, toolCall, type ToolProject } from './tool-project.ts';

const node = `"${process.execPath}"`;

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
  project.write('work/echo.mjs', 'process.stdout.write(JSON.stringify(process.argv.slice(2)))');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

async function run(command: string, allow: string, args: readonly string[]): Promise<ToolOutcome> {
  const runtime = await project.runtime({
    tools: { run: { type: 'command.run', command, working_dir: './work', sandbox: 'off', max_output_bytes: 65_536 } },
    permissions: { filesystem: { read: ['.'] }, commands: { allow: [allow] } },
  });
  return await runtime.call(toolCall('run', { args }));
}

describe('words of a call', () => {
  const evil = `--eval=require('fs').writeFileSync('owned','')`;

  it.each([
    ['an option behind the command', [evil]],
    ['an option in the place of a word', ['--', 'echo.mjs']],
    ['two words in one', ['echo.mjs fixed']],
    ['an empty word more', ['']],
    ['a line end', ['\necho.mjs']],
  ])('cannot get past a pattern that names all words: %s', async (_, args) => {
    const outcome = await run(`${node} echo.mjs`, `${node} echo.mjs`, args);
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'permission.denied' } });
    expect(existsSync(project.path('work/owned'))).toBe(false);
  });

  it('cannot come before what a pattern names, where any rest may follow', async () => {
    const outcome = await run(node, `${node} echo.mjs *`, [evil, 'echo.mjs']);
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'permission.denied' } });
    expect(existsSync(project.path('work/owned'))).toBe(false);
  });

  it('that look like options reach the program behind the words that are named, and are no options of what starts it', async () => {
    const args = [evil, '--', '-', '--inspect-brk', '$(touch owned)', '>owned', '*'];
    const outcome = await run(`${node} echo.mjs`, `${node} echo.mjs *`, args);
    expect(outcome).toMatchObject({ ok: true, output: { stdout: JSON.stringify(args) } });
    expect(existsSync(project.path('work/owned'))).toBe(false);
  });

  it('that hold a NUL do not run', async () => {
    expect((await run(`${node} echo.mjs`, `${node} echo.mjs *`, ['a\0b'])).ok).toBe(false);
  });
});

it('gives no variable on that would load code into a command', async () => {
  const names = ['NODE_OPTIONS', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'BASH_ENV', 'ENV', 'GIT_SSH_COMMAND', 'API_KEY'];
  for (const name of names.slice(2)) vi.stubEnv(name, 'leaked');
  vi.stubEnv('NODE_OPTIONS', '--no-warnings');
  vi.stubEnv('LD_PRELOAD', '');
  project.write('work/env.mjs', 'process.stdout.write(Object.keys(process.env).join())');
  const outcome = await run(`${node} env.mjs`, `${node} env.mjs`, []);
  const seen = outcome.ok ? JSON.stringify(outcome.output) : '';
  expect(outcome.ok).toBe(true);
  expect(names.filter((name) => seen.includes(name))).toEqual([]);
});

it('ends a command that prints 1 GB, and keeps no more of it than it may', async () => {
  project.write(
    'work/flood.mjs',
    `import { writeSync, writeFileSync } from 'node:fs';
    const chunk = Buffer.alloc(1_048_576, 0x61);
    for (let count = 0; count < 1_024; count += 1) {
      try {
        for (let at = 0; at < chunk.length;) at += writeSync(1, chunk, at);
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
      }
    }
    writeFileSync('all-written', '');`,
  );
  const before = process.memoryUsage().rss;
  const outcome = await run(`${node} flood.mjs`, `${node} flood.mjs`, []);
  expect(outcome).toMatchObject({ ok: false, failure: { code: 'tool.output_limit' } });
  expect(JSON.stringify(outcome).length).toBeLessThan(100_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1_048_576);
  expect(existsSync(project.path('work/all-written'))).toBe(false);
});
