import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  createCostSummary,
  createEventStream,
  createStdoutSink,
  type EngineEvent,
  type EventData,
} from '../../../../src/services/telemetry/index.ts';
import { someIds } from '../../../support/event-ids.ts';

const place = { v: 1, time: Date.UTC(2026, 0, 1, 9, 5, 7, 12), seq: 1, ...someIds } as const;

const failed: EngineEvent = {
  ...place,
  id: 't/1',
  taskId: 't',
  stageId: 'send',
  type: 'tool.failed',
  data: { tool: 'mail', durationMs: 12.34567, failure: { code: 'tool.failed', message: 'No\n\u001b[31mpost\u202E' } },
};

function output(): { readonly stream: PassThrough; readonly text: () => string } {
  const stream = new PassThrough({ encoding: 'utf8' });
  const pieces: string[] = [];
  stream.on('data', (piece: string) => void pieces.push(piece));
  return { stream, text: () => pieces.join('') };
}

describe('the sink of standard output', () => {
  it.each([
    [
      'pretty',
      'metadata',
      '09:05:07.012  t send  tool.failed  tool=mail durationMs=12.35 failure=tool.failed: No [31mpost\n',
    ],
    ['pretty', 'none', '09:05:07.012  t send  tool.failed\n'],
    ['ndjson', 'metadata', `${JSON.stringify(failed)}\n`],
    ['ndjson', 'none', `${JSON.stringify({ ...failed, data: undefined })}\n`],
  ] as const)('prints %s with payloads %s', async (format, payloads, expected) => {
    const { stream, text } = output();
    const sink = createStdoutSink({ format, payloads, output: stream });
    await sink.writeAll([failed]);
    expect(text().replaceAll(/ +(?=\n)/gu, '')).toBe(expected);
  });

  it('waits for who reads, and is one that fails when nobody does any more', async () => {
    const stream = new PassThrough({ highWaterMark: 1 });
    const sink = createStdoutSink({ output: stream });
    let isWritten = false;
    const waiting = Promise.resolve(sink.writeAll([failed])).then(() => (isWritten = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isWritten).toBe(false);
    stream.resume();
    await waiting;
    stream.destroy();
    await expect(Promise.resolve(sink.writeAll([failed]))).rejects.toThrow('stream');
    await sink.close?.();
    expect(stream.listenerCount('error')).toBe(0);
  });
});

const called = (agent: string, spanId: string): EngineEvent => ({
  ...place,
  id: 'a',
  taskId: 'one',
  spanId,
  type: 'agent.called',
  data: { agent, model: 'small' },
});
const responded = (taskId: string, data: Partial<EventData<'llm.responded'>>, parentSpanId?: string): EngineEvent => ({
  ...place,
  id: 'l',
  taskId,
  ...(parentSpanId !== undefined && { parentSpanId }),
  type: 'llm.responded',
  data: { provider: 'p', model: 'small', call: 1, durationMs: 1, inputTokens: 10, outputTokens: 2, ...data },
});

describe('the cost summary', () => {
  const [writing, judging] = ['1'.repeat(16), '2'.repeat(16)];

  it('adds up by task with its child tasks, by agent and by model, warns once, and prints it at the end', async () => {
    const printed: string[] = [];
    const costs = createCostSummary({ warnAboveUsd: 0.1, print: (text) => printed.push(text) });
    const stream = createEventStream();
    stream.addSink(costs);
    stream.emit(called('writer', writing));
    stream.emit(responded('one', { costUsd: 0.06, cachedTokens: 4 }, writing));
    stream.emit(called('judge', judging));
    stream.emit(responded('one/each.0', { costUsd: 0.06 }, judging));
    stream.emit(responded('one', { costUsd: 0.06 }, writing));
    stream.emit(responded('two', { model: 'local' }, judging));
    const line = { calls: 1, inputTokens: 10, outputTokens: 2, cachedTokens: 0, costUsd: 0.06, unpriced: 0 };
    const { total, tasks, agents, models } = costs.summary();
    expect([total.calls, total.cachedTokens, total.unpriced, Number(total.costUsd.toFixed(6))]).toEqual([
      4, 4, 1, 0.18,
    ]);
    expect([Object.keys(tasks), tasks['one']?.calls]).toEqual([['one', 'two'], 3]);
    expect(agents['judge']).toEqual({ ...line, calls: 2, inputTokens: 20, outputTokens: 4, unpriced: 1 });
    expect(models['local']).toEqual({ ...line, costUsd: 0, unpriced: 1 });
    expect(printed).toEqual(['warning Task one has cost $0.12, more than $0.1.\n']);
    await stream.complete();
    expect(printed[1]?.split('\n')).toEqual([
      'cost total         $0.18, and 1 call without a price, 4 calls, 40 tokens in, 8 out',
      'cost task one      $0.18, 3 calls, 30 tokens in, 6 out',
      'cost task two      no price known, 1 call, 10 tokens in, 2 out',
      'cost agent writer  $0.12, 2 calls, 20 tokens in, 4 out',
      'cost agent judge   $0.06, and 1 call without a price, 2 calls, 20 tokens in, 4 out',
      'cost model small   $0.18, 3 calls, 30 tokens in, 6 out',
      'cost model local   no price known, 1 call, 10 tokens in, 2 out',
      '',
    ]);
  });

  it('says nothing where no model was asked, and lists the newest of very many tasks', async () => {
    const printed: string[] = [];
    const costs = createCostSummary({ print: (text) => printed.push(text) });
    await costs.close?.();
    expect(printed).toEqual([]);
    for (let number = 1; number <= 1_002; number += 1) costs.write(responded(`t${number}`, { costUsd: 0.5 }));
    const { total, tasks, tasksLeftOut } = costs.summary();
    expect([total.calls, Object.keys(tasks).length, tasks['t1'], tasksLeftOut]).toEqual([1_002, 1_000, undefined, 2]);
  });
});
