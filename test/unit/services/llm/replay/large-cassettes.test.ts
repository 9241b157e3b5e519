import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  createModelClient,
  createScriptedClient,
  parseScript,
  type LLMClient,
} from '../../../../../src/services/llm/index.ts';
import { failureFrom, optionsOf, promptOf } from '../../../../contract/model-client.ts';
import { temporaryDirectory } from '../../../../support/project-fixture.ts';

const cassette = 'calls.json';
const large = 'word '.repeat(600_000);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function recorder(projectDirectory: string): LLMClient {
  const client = createScriptedClient(parseScript('replies: [{ reply: hello }]'));
  const recorded = { client, model: 'test-model' };
  return createModelClient(
    'taped',
    { provider: 'replay', cassette, record: 'missing' },
    { projectDirectory, recorded },
  );
}

/** The stages whose calls are found. */
async function played(projectDirectory: string, ...stages: readonly string[]): Promise<readonly string[]> {
  const client = createModelClient('taped', { provider: 'replay', cassette }, { projectDirectory });
  const found = await Promise.all(
    stages.map(async (stage) => {
      const prompt = { ...promptOf({ stage }), system: `You are ${stage}.` };
      return (await failureFrom(client.generate(prompt, optionsOf()))) === 'no failure' ? [stage] : [];
    }),
  );
  return found.flat();
}

const say = (client: LLMClient, stage: string): Promise<unknown> =>
  client.generate({ ...promptOf({ stage }), system: `You are ${stage}.` }, optionsOf());

async function recordLarge(directory: string): Promise<LLMClient> {
  const client = recorder(directory);
  await client.generate({ ...promptOf({ stage: 'large' }), system: large }, optionsOf());
  return client;
}

it('writes further calls beside a large cassette, where they are found, and then into it', async () => {
  const directory = temporaryDirectory();
  const client = await recordLarge(directory);
  const before = readFileSync(path.join(directory, cassette), 'utf8');
  await say(client, 'a');
  await say(client, 'b');
  await say(client, 'a');
  expect(readdirSync(directory)).toEqual([cassette, `${cassette}.journal`]);
  expect(readFileSync(path.join(directory, cassette), 'utf8') === before).toBe(true);
  expect(readFileSync(path.join(directory, `${cassette}.journal`), 'utf8').match(/\n/gu)).toHaveLength(2);
  expect(await played(directory, 'a', 'b', 'c')).toEqual(['a', 'b']);
  vi.advanceTimersByTime(2_000);
  expect(readdirSync(directory)).toEqual([cassette]);
  await say(client, 'c');
  expect(await played(directory, 'a', 'b', 'c')).toEqual(['a', 'b', 'c']);
});

it('goes on after a process that died in the middle of a line', async () => {
  const directory = temporaryDirectory();
  await say(await recordLarge(directory), 'a');
  appendFileSync(path.join(directory, `${cassette}.journal`), '{"takes_tools":tr');
  expect(await played(directory, 'a')).toEqual(['a']);
  await say(recorder(directory), 'b');
  expect(readdirSync(directory)).toEqual([cassette]);
  expect(await played(directory, 'a', 'b')).toEqual(['a', 'b']);
});

it('begins anew where a cassette was taken away', async () => {
  const directory = temporaryDirectory();
  const client = await recordLarge(directory);
  await say(client, 'a');
  rmSync(path.join(directory, cassette));
  await say(client, 'b');
  expect(readdirSync(directory)).toEqual([cassette]);
  expect(await played(directory, 'a', 'b')).toEqual(['b']);
});

it('refuses a journal that is none', async () => {
  const directory = temporaryDirectory();
  await recordLarge(directory);
  writeFileSync(path.join(directory, `${cassette}.journal`), '{}\n');
  await expect(played(directory, 'a')).rejects.toThrow('The journal of the cassette "calls.json" cannot be read.');
});

it('does not begin a journal where a link leads', async () => {
  const directory = temporaryDirectory();
  const outside = path.join(temporaryDirectory(), 'stolen');
  const client = await recordLarge(directory);
  symlinkSync(outside, path.join(directory, `${cassette}.journal`));
  expect(await failureFrom(say(client, 'a'))).toMatchObject({ code: 'config.invalid' });
  expect(statSync(outside, { throwIfNoEntry: false })).toBe(undefined);
});

it('has everything in the cassette when the process ends', async () => {
  const directory = temporaryDirectory();
  await recordLarge(directory);
  const llm = new URL('../../../../../src/services/llm/index.ts', import.meta.url).href;
  const script = `
    import { existsSync } from 'node:fs';
    import { createModelClient, createScriptedClient, parseScript } from ${JSON.stringify(llm)};
    const client = createScriptedClient(parseScript('replies: [{ reply: hello }]'));
    const spec = { provider: 'replay', cassette: '${cassette}', record: 'missing' };
    const recorder = createModelClient('taped', spec, { projectDirectory: '.', recorded: { client, model: 'test-model' } });
    const prompt = ${JSON.stringify({ ...promptOf({ stage: 'a' }), system: 'You are a.' })};
    await recorder.generate(prompt, { ...${JSON.stringify(optionsOf())}, signal: new AbortController().signal });
    console.log(existsSync('${cassette}.journal'));
  `;
  const ended = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: directory,
    encoding: 'utf8',
  });
  expect([ended.stdout, ended.stderr]).toEqual(['true\n', '']);
  expect(readdirSync(directory)).toEqual([cassette]);
  expect(await played(directory, 'a')).toEqual(['a']);
});
