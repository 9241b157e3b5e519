import { describe, expect, it } from 'vitest';
import type { ModelAnswer } from '../../../src/actors/index.ts';
import {
  createCallLogs,
  createCallMemory,
  type CallKeeper,
  type StageLog,
} from '../../../src/engine/stages/call-logs.ts';

const usage = { prompt_tokens: 10, completion_tokens: 1, cached_tokens: 0 };
const answer = (text: string): ModelAnswer => ({ model: 'told', text, toolCalls: [], finishReason: 'stop', usage });

/** The log of an attempt as a process that starts now reads it. */
function logOf(keeper: CallKeeper, attempt: number, definition = 'hash'): StageLog {
  return createCallLogs(
    keeper,
    () => 5,
  )({
    task: { creation: { id: 'task', definition } },
    stage: { node: 'write', attempt },
  });
}

describe('the log of a stage', () => {
  it('gives an attempt that was interrupted what it was answered', () => {
    const keeper = createCallMemory();
    const first = logOf(keeper, 1);
    first.saveAnswer(1, answer('one'));
    first.save('tool/1/s1', { ok: true, output: 2 });
    const again = logOf(keeper, 1);
    expect([again.answer(1), again.answer(2)]).toEqual([answer('one'), undefined]);
    expect(again.saved('tool/1/s1')?.value).toEqual({ ok: true, output: 2 });
    expect([again.usage(), again.callCount]).toEqual([usage, 1]);
  });

  it('lets the next attempt go on from one that says so, and count only what is in no journal', () => {
    const keeper = createCallMemory();
    const first = logOf(keeper, 1);
    first.saveAnswer(1, answer('one'));
    first.end(true);
    const second = logOf(keeper, 2);
    expect(second.answer(1)).toEqual(answer('one'));
    second.saveAnswer(2, answer('two'));
    expect(second.usage()).toEqual(usage);
    // the failed call of the first attempt counts, too
    expect(second.callCount).toBe(3);
  });

  it('takes over from an attempt that came to no end, such as one whose time was up', () => {
    const keeper = createCallMemory();
    logOf(keeper, 1).saveAnswer(1, answer('one'));
    const second = logOf(keeper, 2);
    expect([second.answer(1), second.usage()]).toEqual([answer('one'), usage]);
  });

  it('begins anew after an attempt that failed for good, with other keys', () => {
    const keeper = createCallMemory();
    const first = logOf(keeper, 1);
    first.saveAnswer(1, answer('one'));
    first.end(false);
    const second = logOf(keeper, 2);
    expect([second.answer(1), second.callCount]).toEqual([undefined, 1]);
    expect(second.usage()).toEqual({ prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0 });
    second.saveAnswer(1, answer('two'));
    expect(logOf(keeper, 2).answer(1)).toEqual(answer('two'));
    // an attempt that is taken up again finds its own answers, although it had ended before it was journaled
    expect(logOf(keeper, 1).answer(1)).toEqual(answer('one'));
  });

  it('knows nothing of what was answered under other manifests, or before its task was forgotten', () => {
    const keeper = createCallMemory();
    logOf(keeper, 1).saveAnswer(1, answer('one'));
    expect(logOf(keeper, 1, 'other hash').answer(1)).toBeUndefined();
    keeper.forget('task');
    expect(logOf(keeper, 1).answer(1)).toBeUndefined();
  });

  it('keeps the failure of a model after which another one was asked', () => {
    const keeper = createCallMemory();
    const failed = { model: 'told', failure: { code: 'provider.auth', message: 'The key is wrong.' } } as const;
    logOf(keeper, 1).saveAnswer(1, failed);
    const again = logOf(keeper, 1);
    expect([again.answer(1), again.callCount, again.usage().prompt_tokens]).toEqual([failed, 1, 0]);
  });
});
