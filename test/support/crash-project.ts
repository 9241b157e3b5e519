import type { TaskResult } from '../../src/index.ts';
import { untilStopped, type TestProject, type TestTools } from './engine-fixture.ts';

/** A small workflow with a fork, a stage that is retried after a failure, and one that is retried after a timeout. */
export const crashWorkflow: TestProject['workflow'] = {
  nodes: [
    { id: 'start', type: 'tool', tool: 'start' },
    { id: 'flaky', type: 'tool', tool: 'flaky', retries: 1, backoff: '2s' },
    { id: 'slow', type: 'tool', tool: 'slow', retries: 1, backoff: '1s', timeout: '10s' },
    { id: 'plain', type: 'transform', output: '${{ output + "/plain" }}' },
    { id: 'join', type: 'merge' },
    { id: 'last', type: 'tool', tool: 'last', arguments: { joined: '${{ output }}' } },
    { id: 'finish', type: 'end', output: { last: '${{ output.joined }}', slow: '${{ stages.slow.output }}' } },
  ],
  edges: [
    { from: 'start', to: 'flaky' },
    { from: 'start', to: 'slow' },
    { from: 'start', to: 'plain' },
    { from: 'flaky', to: 'join' },
    { from: 'slow', to: 'join' },
    { from: 'plain', to: 'join' },
    { from: 'join', to: 'last' },
    { from: 'last', to: 'finish' },
  ],
};

/**
 * Its tools: each goes wrong in the first attempt of its stage, also when that attempt runs again after a crash, so that
 * every way through the crashes is to end the same.
 */
export function crashTools(): TestTools {
  const firstKeys = new Map<string, string>();
  const isFirst = (tool: string, key: string): boolean => {
    if (!firstKeys.has(tool)) firstKeys.set(tool, key);
    return firstKeys.get(tool) === key;
  };
  return {
    start: () => 'started',
    flaky: (_, { idempotencyKey }) => {
      if (isFirst('flaky', idempotencyKey)) throw new Error('Not yet');
      return 'flaky';
    },
    slow: (_, { idempotencyKey, signal }) => (isFirst('slow', idempotencyKey) ? untilStopped(signal) : 'slow'),
    last: (arguments_) => arguments_,
  };
}

/** A result without its times. */
export function timeless({ trace, ...result }: TaskResult): object {
  const stages = trace.map(({ started_at: _start, ended_at: _end, idle_ms: _idle, ...stage }) => stage);
  return { ...result, trace: stages.toSorted((one, other) => (one.stage < other.stage ? -1 : 1)) };
}
