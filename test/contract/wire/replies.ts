import { expect, it } from 'vitest';
import type { LLMResult } from '../../../src/services/llm/index.ts';
import type { StreamAnswer } from '../../support/wire/answer.ts';
import type { Way } from '../../support/wire/faults.ts';
import { createGate } from '../../support/wire/answer.ts';
import type { WireReply } from '../../support/wire/protocol.ts';
import { optionsOf, promptOf } from '../model-client.ts';
import type { WireCase } from './case.ts';
import { ask, streamOf, ways } from './calls.ts';

const texts = ['Grüße, ', '🚀 and ', '{"a": "é"}'];
const text = texts.join('');
const tokens = { prompt: 40, cached: 25, completion: 9 };
const toolCalls = [
  { id: 'call_1', tool: 'read_file', arguments: { path: 'ü/ä.md', lines: [1, 2], deep: { is: null } } },
  { id: 'call_2', tool: 'list_files', arguments: {} },
];

const withoutRaw = (result: LLMResult): LLMResult => ({ ...result, raw: null });
const plain = { raw: null, text, toolCalls: [], model: 'test-model', finishReason: 'stop' } as const;

/** How a reply is read. */
export function replyCases(wire: WireCase): void {
  const { protocol, start, clientOf } = wire;
  const cachedTokens = protocol.tellsCachedTokens === false ? 0 : 25;
  const usage = { promptTokens: 40, completionTokens: 9, totalTokens: 49, cachedTokens };
  const readBy = async (way: Way, reply: WireReply, changes: Partial<StreamAnswer> = {}): Promise<LLMResult> => {
    const server = await start();
    const stream = { ...streamOf(protocol, protocol.frames(reply)), ...changes };
    server.enqueue(way === 'generate' ? protocol.reply(reply) : stream);
    return await ask(clientOf(server), way);
  };

  it.each(ways)('gives text, tokens and those of them that were cached (%s)', async (way) => {
    expect(withoutRaw(await readBy(way, { texts, tokens }))).toEqual({ ...plain, ...usage });
  });

  it.each(ways)('gives tool calls with their arguments (%s)', async (way) => {
    const result = await readBy(way, { texts: ['I look.'], toolCalls });
    expect({ text: result.text, finishReason: result.finishReason }).toEqual({
      text: 'I look.',
      finishReason: 'tool_calls',
    });
    expect(result.toolCalls.map(({ tool, arguments: given }) => ({ tool, arguments: given }))).toEqual(
      toolCalls.map(({ tool, arguments: given }) => ({ tool, arguments: given })),
    );
    const ids = result.toolCalls.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(ids).toEqual(protocol.hasCallIds ? ['call_1', 'call_2'] : ids);
  });

  it.each(ways.flatMap((way) => protocol.finishes.map((finish) => [finish, way] as const)))(
    'tells the finish reason %s (%s)',
    async (finish, way) => {
      const calls = finish === 'tool_calls' ? { toolCalls } : {};
      expect((await readBy(way, { texts: ['x'], finish, ...calls })).finishReason).toBe(finish);
    },
  );

  it.each([1, 2, 3, 7, 64, 'all'] as const)('reads a stream in pieces of %s bytes', async (pieces) => {
    const result = await readBy('stream', { texts, toolCalls, tokens }, { pieces });
    expect(withoutRaw(result)).toEqual(withoutRaw(await readBy('stream', { texts, toolCalls, tokens })));
    expect({ text: result.text, calls: result.toolCalls.length }).toEqual({ text, calls: 2 });
  });

  it('gives a piece of text as soon as it is there', async () => {
    const server = await start();
    const gate = createGate();
    const { start: first, end } = protocol.frames({ texts: ['Uno', 'Dos'] });
    const parts = first.flatMap((frame) => (frame.includes('Dos') ? [gate, frame] : [frame]));
    server.enqueue({ ...streamOf(protocol, { start: [], end: [] }), parts: [...parts, ...end] });
    let seen = '';
    for await (const chunk of clientOf(server).stream(promptOf(), optionsOf())) {
      seen += chunk.text;
      if (seen === 'Uno') gate.open();
    }
    expect(seen).toBe('UnoDos');
  });

  it('skips events that it does not know', async () => {
    const server = await start();
    server.enqueue(streamOf(protocol, protocol.withUnknown(protocol.frames({ texts, tokens }))));
    expect(withoutRaw(await ask(clientOf(server), 'stream'))).toEqual({ ...plain, ...usage });
  });

  // Chat completions and Ollama number nothing: the same text twice may be meant.
  it.runIf(protocol.withDuplicates !== undefined)('takes an event that comes twice once', async () => {
    const server = await start();
    const frames = protocol.frames({ texts, toolCalls, tokens });
    server.enqueue(streamOf(protocol, protocol.withDuplicates?.(frames) ?? frames));
    const result = withoutRaw(await ask(clientOf(server), 'stream'));
    expect(result).toEqual(withoutRaw(await readBy('stream', { texts, toolCalls, tokens })));
  });
}
