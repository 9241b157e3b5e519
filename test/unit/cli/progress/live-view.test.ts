import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CliContext } from '../../../../src/cli/context.ts';
import { createLiveView } from '../../../../src/cli/progress/live-view.ts';
import type { ProgressView } from '../../../../src/cli/progress/view.ts';
import { keptOutput } from '../output.ts';
import { asked, finished, said, started, warned } from './agent-events.ts';

let drawn = '';

beforeEach(() => {
  vi.useFakeTimers();
  drawn = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    drawn += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function liveView(): { readonly view: ProgressView; readonly kept: () => string } {
  const stderr = keptOutput({ isTerminal: true });
  const context: CliContext = {
    stdout: keptOutput(),
    stderr,
    stdin: new PassThrough(),
    directory: '.',
    environment: {},
    program: 'agent-engine',
    isDebug: false,
    awaitsJson: () => false,
    atWork: {},
    onSignal: () => () => undefined,
    now: () => Date.now(),
  };
  const view = createLiveView(context);
  view.begin({ workflow: 'drawn', pipeline: 'drawn', taskId: 'task', isResumed: false });
  return { view, kept: () => stderr.text() };
}

/** What is drawn while something happens. */
function drawnBy(act: () => void): string {
  drawn = '';
  act();
  return drawn;
}

it('draws the first words of a model at once, and those that follow with the next frame', () => {
  const { view } = liveView();
  for (const each of [started, asked(1)]) view.take(each);
  vi.advanceTimersByTime(150);
  expect(drawnBy(() => vi.advanceTimersByTime(20))).toBe('');
  expect(drawnBy(() => view.take(said('Hello')))).toContain('  Hello\n');
  expect(drawnBy(() => view.take(said(' again')))).toBe('');
  expect(drawnBy(() => vi.advanceTimersByTime(100))).toContain('Hello again');
  view.end();
});

it('draws no more often than there is something to see, however fast news come in', () => {
  const { view } = liveView();
  view.take(started);
  vi.advanceTimersByTime(101);
  const first = drawnBy(() => {
    for (let call = 2; call < 50; call += 1) view.take(asked(call));
  });
  expect(first).not.toContain('call 49');
  expect(drawnBy(() => vi.advanceTimersByTime(15))).toContain('call 49');
  view.end();
});

it('keeps of agents only what was spent', () => {
  const { view, kept } = liveView();
  for (const each of [started, asked(1), said('Hello'), warned, finished]) view.take(each);
  view.end();
  expect(kept()).toContain('answer: agent "writer" has spent 820 of 1,000 tokens\n');
  expect(kept()).not.toContain('Hello');
});
