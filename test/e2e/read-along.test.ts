import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cli } from './cli-call.ts';
import { repository, shell } from './cli-process.ts';
import { copyExample } from './copy-example.ts';
import { temporaryDirectory } from './project.ts';

const directory = temporaryDirectory();
const program = path.join(repository, 'bin/agent-engine.js');
const answer = '"Tools are lent on Saturday';

/** A copy of the example whose agent looks things up. */
const researcher = (name: string): string => copyExample('examples/researcher', path.join(directory, name));

const Chunk = z.object({ type: z.literal('llm.chunk'), data: z.object({ text: z.string().optional() }) });

/** What the chunks say of all events; undefined for one that says nothing. */
function textsIn(lines: string): readonly (string | undefined)[] {
  const events: unknown[] = lines
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  return events.flatMap((event) => {
    const { success, data } = Chunk.safeParse(event);
    return success ? [data.data.text] : [];
  });
}

describe('what agents say', () => {
  it('is printed to stderr with --stream and not without, and stdout stays the result', async () => {
    const project = researcher('streamed');
    const [bare, streamed] = [await cli(['run', project]), await cli(['run', project, '--stream'])];
    expect(streamed.stdout).toBe(bare.stdout);
    expect(bare.stderr).toContain('  used      look_up: list_files in ');
    expect(bare.stderr).not.toContain('I see which files there are.');
    expect(streamed.stderr).toContain('\nlook_up | I see which files there are.\n');
    expect(streamed.stderr).toContain(`\nlook_up | {"answer":${answer}`);
  });

  it('is in the events with --payloads full and not without', async () => {
    const project = researcher('events');
    const bare = await cli(['run', project, '--events', '--stream']);
    const full = await cli(['run', project, '--events', '--payloads', 'full']);
    expect(new Set(textsIn(bare.stdout))).toEqual(new Set([undefined]));
    expect(textsIn(full.stdout).join('')).toContain(answer);
  });

  it('is not to be had in events that nobody asked for', async () => {
    const { code, stderr } = await cli(['run', researcher('refused'), '--payloads', 'full']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('HOST_USAGE')]);
  });
});

it('lists the calls of a task, and with --full what was said', async () => {
  const project = researcher('listed');
  await cli(['run', project, '--id', 'task']);
  const show = async (...words: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await cli(['show', 'task', '--project', project, ...words]);
    return stdout + stderr;
  };
  expect(await show()).toMatch(/^STAGE +TYPE +STATUS +ATTEMPTS +TIME +CALLS +TOOLS +TOKENS$/mu);
  expect(await show()).toMatch(/^look_up +agent +done +1 +\S+ +3 +3 +\d+$/mu);
  const listed = await show('--calls');
  expect(
    listed.split('\n').map((line) =>
      line
        .replaceAll(/\d{4}-\S+ \S+|\d+ in, \d+ out/gu, '')
        .replaceAll(/ +/gu, ' ')
        .trim(),
    ),
  ).toEqual([
    'STAGE ATTEMPT ANSWERED CALL OF TOKENS',
    'look_up 1 model 1 reader → list_files',
    'look_up 1 tool list_files',
    'look_up 1 model 2 reader → read_file, read_file',
    'look_up 1 tool read_file',
    'look_up 1 tool read_file',
    'look_up 1 model 3 reader',
    '',
  ]);
  expect(listed).not.toContain(answer);
  expect(await show('--calls', 'look_up', '--full')).toContain(`\nlook_up, model 3, reader\n  {"answer":${answer}`);
  expect(await show('--calls', 'answer')).toBe('No calls are kept.\n');
  expect(await show('--calls', 'nowhere')).toContain('HOST_USAGE Task "task" has no stage "nowhere" so far.');
  expect(await show('--full')).toContain('HOST_USAGE');
  expect(await show('--calls', '--journal')).toContain('HOST_USAGE');
  const json: unknown = JSON.parse(await show('--calls', '--json'));
  expect(json).toMatchObject({ calls: [{ kind: 'model' }, { kind: 'tool', tool: 'list_files' }, {}, {}, {}, {}] });
});

it('lists the calls that were refused, with their reason', async () => {
  const project = researcher('refused');
  const script = path.join(project, 'scripts/reader.yaml');
  writeFileSync(
    script,
    'replies:\n  - { call: 1, tool_calls: [{ tool: delete_all }] }\n  - { agent: reader, reply: { answer: None., sources: [] } }\n',
  );
  await cli(['run', project, '--id', 'task']);
  const { stdout } = await cli(['show', 'task', '--project', project, '--calls']);
  expect(stdout).toMatch(
    /^look_up +1 +\S+ \S+ +tool +delete_all +permission\.denied: You have no tool "delete_all", so nothing was run\.$/mu,
  );
});

// "script" of util-linux is what makes a terminal.
it.skipIf(!existsSync('/usr/bin/script') || process.platform !== 'linux')(
  'shows on a terminal the words of the model while they come, and gives programs no more than they asked for',
  async () => {
    const project = researcher('live');
    const script = path.join(project, 'scripts/reader.yaml');
    writeFileSync(script, readFileSync(script, 'utf8').replace('delay_ms: 1', 'delay_ms: 1500'));
    const command = `stty cols 40 rows 12; node ${program} run live --events > events.jsonl`;
    const { stdout } = await shell(
      `NO_COLOR=1 TERM=xterm script --quiet --return --command '${command}' /dev/null`,
      directory,
    );
    const lines = stripVTControlCharacters(stdout).split(/\r?\n/u);
    const words = lines.filter((line) => line.startsWith('  call 3'));
    expect(words.some((line) => line.includes('…'))).toBe(true);
    expect(words.every((line) => line.length < 40)).toBe(true);
    expect(new Set(textsIn(readFileSync(path.join(directory, 'events.jsonl'), 'utf8')))).toEqual(new Set([undefined]));
  },
);
