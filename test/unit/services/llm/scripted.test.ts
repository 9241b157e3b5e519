import { describe, expect, it } from 'vitest';
import { createScriptedClient, parseScript, type LLMClient } from '../../../../src/services/llm/index.ts';
import { chunksOf, failureFrom, modelClientContract, optionsOf, promptOf } from '../../../contract/model-client.ts';

const clientOf = (script: string): LLMClient => createScriptedClient(parseScript(script));
const textOf = async (client: LLMClient, subject = {}): Promise<string> =>
  (await client.generate(promptOf(subject), optionsOf())).text;

describe('a scripted model as a model client', () => {
  modelClientContract(() => clientOf('replies: [{ reply: "one two three", chunks: 3 }]'), promptOf());
});

describe('a scripted model', () => {
  it('gives the first reply that fits agent, stage, prompt and call', async () => {
    const client = clientOf(`replies:
      - { agent: other, reply: other agent }
      - { stage: other, reply: other stage }
      - { match: "no such text", reply: other prompt }
      - { call: 1, reply: first }
      - { agent: writer, stage: summarise, match: "^You summ.*", call: 2, reply: second }
      - { reply: later }`);
    expect(await textOf(client)).toBe('first');
    expect(await textOf(client, { call: 1 })).toBe('second');
    expect(await textOf(client, { call: 2 })).toBe('later');
    expect(await textOf(client, { agent: 'other', call: 5 })).toBe('other agent');
    expect(await textOf(client, { stage: 'other', call: 5 })).toBe('other stage');
  });

  it('counts calls by the prompt alone, so that a resumed process gets the same replies', async () => {
    const script = 'replies: [{ call: 2, reply: again }, { reply: once }]';
    const client = clientOf(script);
    expect([await textOf(client), await textOf(client), await textOf(clientOf(script), { call: 1 })]).toEqual([
      'once',
      'once',
      'again',
    ]);
  });

  it('writes an object as JSON and a text as it stands, broken or not', async () => {
    expect(await textOf(clientOf('replies: [{ reply: { a: [1, null] } }]'))).toBe('{"a":[1,null]}');
    expect(await textOf(clientOf(`replies: [{ reply: '{"a": [1,' }]`))).toBe('{"a": [1,');
  });

  it('reports the tokens and the reason to stop that the script names', async () => {
    const client = clientOf('replies: [{ reply: "12345678", finish: length, tokens: { prompt: 7, completion: 5 } }]');
    expect(await client.generate(promptOf(), optionsOf())).toEqual({
      text: '12345678',
      toolCalls: [],
      raw: null,
      model: 'test-model',
      finishReason: 'length',
      promptTokens: 7,
      completionTokens: 5,
      totalTokens: 12,
      cachedTokens: 0,
    });
  });

  it('cuts a stream into the number of chunks asked for, never inside a character', async () => {
    const client = clientOf('replies: [{ reply: "ab😀d😀", chunks: 3 }]');
    const chunks = await chunksOf(client.stream(promptOf(), optionsOf()));
    expect(chunks.map(({ text }) => text)).toEqual(['ab', '😀d', '😀']);
  });

  it('fails with the failure that the script names', async () => {
    const client = clientOf(`replies:
      - { call: 1, fail: { code: provider.rate_limit, message: Slow down., retry_after_ms: 1500 } }
      - { fail: { code: json.syntax } }`);
    expect(await failureFrom(client.generate(promptOf(), optionsOf()))).toEqual({
      code: 'provider.rate_limit',
      message: 'Slow down.',
      retry_after_ms: 1500,
    });
    expect(await failureFrom(client.generate(promptOf({ call: 1 }), optionsOf()))).toEqual({
      code: 'json.syntax',
      message: 'The script lets agent "writer" fail in stage "summarise".',
    });
  });

  it('says which call it has no reply for', async () => {
    const client = clientOf('replies: [{ agent: other, reply: x }]');
    expect(await failureFrom(client.generate(promptOf({ call: 2 }), optionsOf()))).toEqual({
      code: 'agent.no_answer',
      message: 'The script has no reply for call 3 of agent "writer" in stage "summarise".',
      hint: 'Add { agent: writer, stage: summarise, call: 3, reply: … } to the script, or a reply without "call".',
    });
  });

  it('spreads its delay over the chunks of a stream', async () => {
    const waits: number[] = [];
    const delay = (delayMs: number): Promise<void> => Promise.resolve(void waits.push(delayMs));
    const client = createScriptedClient(parseScript('replies: [{ reply: abcd, delay_ms: 300, chunks: 2 }]'), { delay });
    await chunksOf(client.stream(promptOf(), optionsOf()));
    expect(waits).toEqual([150, 150]);
  });

  it.each([
    ['a reply that stalls', 'replies: [{ stall: true }]'],
    ['a reply that takes an hour', 'replies: [{ reply: x, delay_ms: 3600000 }]'],
  ])('ends %s as soon as the call is cancelled', async (_what, script) => {
    const controller = new AbortController();
    const answer = failureFrom(clientOf(script).generate(promptOf(), optionsOf({ signal: controller.signal })));
    controller.abort();
    expect(await answer).toEqual({ code: 'cancelled.task', message: 'The call of the model was cancelled.' });
  });
});
