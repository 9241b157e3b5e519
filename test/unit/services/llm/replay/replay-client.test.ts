import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../../../src/errors/index.ts';
import {
  createModelClient,
  createScriptedClient,
  parseScript,
  type LLMClient,
  type Prompt,
  type PromptMessage,
} from '../../../../../src/services/llm/index.ts';
import { createEnvironmentValues } from '../../../../../src/services/security/index.ts';
import { chunksOf, failureFrom, modelClientContract, optionsOf, promptOf } from '../../../../contract/model-client.ts';
import { temporaryDirectory } from '../../../../support/project-fixture.ts';

const cassette = 'cassettes/calls.json';

/** A model that answers from a script, and counts how often it is asked. */
function counted(script: string): { readonly client: LLMClient; readonly asked: () => number } {
  let asked = 0;
  const scripted = createScriptedClient(parseScript(script));
  const client: LLMClient = {
    ...scripted,
    generate: (prompt, options) => {
      asked += 1;
      return scripted.generate(prompt, options);
    },
    stream: (prompt, options) => {
      asked += 1;
      return scripted.stream(prompt, options);
    },
  };
  return { client, asked: () => asked };
}

interface Recording {
  readonly directory: string;
  readonly script?: string;
  readonly record?: 'missing' | 'all';
  readonly environment?: Readonly<Record<string, string>>;
}

function recorder({ directory, script = 'replies: [{ reply: hello }]', record = 'missing', environment }: Recording) {
  const { client, asked } = counted(script);
  const names = Object.keys(environment ?? {}).map((name) => `\${env:${name}}`);
  const replay = createModelClient(
    'taped',
    { provider: 'replay', cassette, record },
    {
      projectDirectory: directory,
      recorded: { client, model: 'test-model' },
      redact: createEnvironmentValues(names, environment ?? {}).redactAll,
    },
  );
  return { replay, asked };
}

function player(directory: string): LLMClient {
  return createModelClient('taped', { provider: 'replay', cassette }, { projectDirectory: directory });
}

function textIn(directory: string): string {
  return readFileSync(path.join(directory, cassette), 'utf8');
}

function saying(...messages: readonly PromptMessage[]): Prompt {
  return { ...promptOf(), messages };
}

const user = (content: string): PromptMessage => ({ role: 'user', content });
const long = 'A reply that is long enough to come in more than one piece, whoever streams it, and a few words more.';

describe('a model that plays', () => {
  describe('keeps the contract', () => {
    const reply = { text: [long], model: 'test-model', finish_reason: 'stop', prompt_tokens: 9, completion_tokens: 30 };
    const request = { system: ['You summarise.'], messages: [{ role: 'user', content: ['Summarise it.'] }] };
    const place = { agent: 'writer', stage: 'summarise', call: 0, template_version: 'v1' };
    const calls = [{ ...place, request, reply: { ...reply, cached_tokens: 0 } }];
    modelClientContract(() => {
      const directory = temporaryDirectory();
      mkdirSync(path.join(directory, 'cassettes'));
      writeFileSync(path.join(directory, cassette), JSON.stringify({ version: 1, takes_tools: true, calls }));
      return player(directory);
    }, promptOf());
  });

  it('gives what the recorded model gave, but for what its provider sent besides', async () => {
    const directory = temporaryDirectory();
    const { replay } = recorder({ directory, script: 'replies: [{ reply: "a\\nb", tokens: { prompt: 7 } }]' });
    const live = await replay.generate(promptOf(), optionsOf());
    expect(await player(directory).generate(promptOf(), optionsOf())).toEqual({ ...live, raw: null });
  });

  it('finds a call by what is asked, tools and their turns with it, and not by how long the answer may be', async () => {
    const directory = temporaryDirectory();
    const called = {
      role: 'assistant',
      content: '',
      toolCalls: [{ id: 'c1', tool: 't', arguments: { b: 1, a: 2 } }],
    } as const;
    const answered = { role: 'tool', callId: 'c1', tool: 't', content: 'found' } as const;
    const tools = [{ name: 't', description: 'd', inputSchema: { type: 'object' } }];
    const prompt = saying(user('go'), called, answered);
    const { replay, asked } = recorder({ directory });
    await replay.generate(prompt, optionsOf({ tools }));
    const swapped = { ...called, toolCalls: [{ id: 'c1', tool: 't', arguments: { a: 2, b: 1 } }] };
    const options = optionsOf({ tools, maxOutputTokens: 5, idempotencyKey: 'other' });
    expect((await replay.generate(saying(user('go'), swapped, answered), options)).text).toBe('hello');
    expect(asked()).toBe(1);
    await replay.generate(prompt, optionsOf());
    await replay.generate(saying(user('go'), called, { ...answered, isError: true }), optionsOf({ tools }));
    await replay.generate(prompt, optionsOf({ tools, temperature: 1 }));
    expect(asked()).toBe(4);
  });

  it('tells answers to the same question apart by where it was asked, also in a new process', async () => {
    const directory = temporaryDirectory();
    const script = 'replies: [{ call: 1, reply: one }, { call: 2, reply: two }, { stage: b, reply: other }]';
    const { replay } = recorder({ directory, script, record: 'all' });
    const places = [{}, { call: 1 }, { stage: 'b', call: 2 }, { lineage: 'loop.2' }];
    for (const place of places) await replay.generate(promptOf(place), optionsOf());
    const said = async (place: object): Promise<string> =>
      (await player(directory).generate(promptOf(place), optionsOf())).text;
    expect(await Promise.all(places.toReversed().map(said))).toEqual(['one', 'other', 'two', 'one']);
    expect(await said({ call: 7 })).toBe('two');
  });

  it('fails where nothing was recorded, and says what is not the same as in the nearest call', async () => {
    const directory = temporaryDirectory();
    await recorder({ directory }).replay.generate(promptOf(), optionsOf());
    const prompt = { ...saying(user('Summarise it.\nNow.')), system: 'You summarise!' };
    expect(await failureFrom(player(directory).generate(prompt, optionsOf({ temperature: 1 })))).toEqual({
      code: 'provider.cassette_miss',
      message:
        'The cassette "cassettes/calls.json" has no answer to call 1 of agent "writer" in stage "summarise". ' +
        'The nearest one, call 1 of agent "writer" in stage "summarise", differs in ' +
        'the system text (line 1), message 1 (line 2), the temperature.',
      hint: 'Undo what changed the prompt, or record the call: set "records" to the model to ask and "record: missing".',
      details: { cassette, agent: 'writer', stage: 'summarise', call: 1 },
    });
    const more = saying(user('Summarise it.'), user('x'));
    await expect(chunksOf(player(directory).stream(more, optionsOf()))).rejects.toThrow(
      'differs in the number of messages (2, recorded 1).',
    );
  });

  it.each(['no JSON', '{ "version": 2, "takes_tools": true, "calls": [] }', '{ "version": 1, "calls": [{}] }'])(
    'refuses a cassette that is none: %s',
    (text) => {
      const directory = temporaryDirectory();
      mkdirSync(path.join(directory, 'cassettes'));
      writeFileSync(path.join(directory, cassette), text);
      expect(() => player(directory)).toThrow(EngineError);
      expect(() => player(directory)).toThrow('The cassette "cassettes/calls.json" cannot be read');
    },
  );
});

function askingWith(secret: string): Prompt {
  return { ...saying(user(`Use ${secret}.`)), system: `Key: ${secret}` };
}

function sayingSecret(secret: string): string {
  return JSON.stringify({ replies: [{ reply: `You said ${secret}.` }] });
}

describe('a model that records', () => {
  it('asks only for what is missing, or for everything when it is told to', async () => {
    const directory = temporaryDirectory();
    const ask = async (record: 'missing' | 'all', reply: string): Promise<readonly [string, number]> => {
      const { replay, asked } = recorder({ directory, record, script: `replies: [{ reply: ${reply} }]` });
      return [(await replay.generate(promptOf(), optionsOf())).text, asked()];
    };
    expect(await ask('missing', 'first')).toEqual(['first', 1]);
    expect(await ask('missing', 'second')).toEqual(['first', 0]);
    expect(await ask('all', 'third')).toEqual(['third', 1]);
    expect((await player(directory).generate(promptOf(), optionsOf())).text).toBe('third');
  });

  it('passes a stream on as it comes, and keeps its result', async () => {
    const directory = temporaryDirectory();
    const { replay } = recorder({ directory, script: 'replies: [{ reply: abcdef, chunks: 3 }]' });
    const chunks = await chunksOf(replay.stream(promptOf(), optionsOf()));
    expect(chunks.map(({ text }) => text)).toEqual(['ab', 'cd', 'ef']);
    expect((await player(directory).generate(promptOf(), optionsOf())).text).toBe('abcdef');
  });

  it('keeps no call that failed', async () => {
    const directory = temporaryDirectory();
    const { replay } = recorder({ directory, script: 'replies: [{ fail: { code: provider.rate_limit } }]' });
    expect(await failureFrom(replay.generate(promptOf(), optionsOf()))).toMatchObject({ code: 'provider.rate_limit' });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('loses no call of two clients that write at the same time, and leaves nothing else behind', async () => {
    const directory = temporaryDirectory();
    const [one, other] = [recorder({ directory }).replay, recorder({ directory }).replay];
    const calls = Array.from({ length: 20 }, (_, index) => saying(user(`question ${index}`)));
    await Promise.all(calls.map((prompt, index) => (index % 2 === 0 ? one : other).generate(prompt, optionsOf())));
    await Promise.all(calls.map((prompt) => player(directory).generate(prompt, optionsOf())));
    expect(readdirSync(path.join(directory, 'cassettes'))).toEqual(['calls.json']);
  });

  it('reads what has become of its cassette in the meantime, and keeps that beside its own calls', async () => {
    const directory = temporaryDirectory();
    const { replay, asked } = recorder({ directory });
    await replay.generate(promptOf({ stage: 'a' }), optionsOf());
    await recorder({ directory }).replay.generate(promptOf({ stage: 'b' }), optionsOf());
    await replay.generate(promptOf({ stage: 'b' }), optionsOf());
    await replay.generate(promptOf({ stage: 'c' }), optionsOf());
    expect(asked()).toBe(2);
    rmSync(path.join(directory, cassette));
    await replay.generate(promptOf({ stage: 'b' }), optionsOf());
    expect(asked()).toBe(3);
    expect(textIn(directory).match(/"stage": "\w"/gu)).toEqual(['"stage": "b"']);
  });

  it('writes a call in the place of the same one, in the shape of all JSON with two spaces', async () => {
    const directory = temporaryDirectory();
    for (const reply of ['one', 'two']) {
      const { replay } = recorder({ directory, record: 'all', script: `replies: [{ reply: "${reply}\\nmore" }]` });
      for (const stage of ['b', 'a']) await replay.generate(promptOf({ stage }), optionsOf());
    }
    const text = textIn(directory);
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    expect(text.match(/one|two/gu)).toEqual(['two', 'two']);
  });

  it('writes the same bytes in whatever order the calls were made', async () => {
    const texts = [];
    const talk = saying(user('go'), { role: 'tool', callId: 'c1', tool: 't', content: 'found', isError: true });
    const prompts = [...['b', 'a', 'c'].map((stage) => promptOf({ stage })), talk];
    for (const order of [prompts, prompts.toReversed()]) {
      const directory = temporaryDirectory();
      for (const prompt of order) await recorder({ directory }).replay.generate(prompt, optionsOf());
      texts.push(textIn(directory));
    }
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toMatch(/^\{\n {2}"version": 1,[\s\S]*\}\n$/u);
  });

  it('writes no secret, in whatever part it stands, and finds the call with another one', async () => {
    const directory = temporaryDirectory();
    const secret = 'first-line\nsecond-line';
    const { replay } = recorder({ directory, script: sayingSecret(secret), environment: { KEY: secret } });
    expect((await replay.generate(askingWith(secret), optionsOf())).text).toContain('second-line');
    expect(textIn(directory)).not.toMatch(/first-line|second-line/u);
    const other = recorder({ directory, script: sayingSecret('x'), environment: { KEY: 'another-key' } });
    expect((await other.replay.generate(askingWith('another-key'), optionsOf())).text).toBe(
      'You said ▇ redacted (KEY).',
    );
    expect(other.asked()).toBe(0);
  });

  it('does not write where a link leads out of the project', async () => {
    const directory = temporaryDirectory();
    const outside = temporaryDirectory();
    symlinkSync(outside, path.join(directory, 'cassettes'));
    expect(await failureFrom(recorder({ directory }).replay.generate(promptOf(), optionsOf()))).toMatchObject({
      code: 'config.invalid',
    });
    expect(readdirSync(outside)).toEqual([]);
  });
});
