import { describe, expect, it } from 'vitest';
import { branchTask, resumeCommands, type Delivered } from '../../../src/machines/index.ts';
import { drawTask, told, type DrawnTask } from '../../support/task-drawing.ts';
import { drawWorkflow } from '../../support/workflow-drawing.ts';

const workflow = drawWorkflow({ nodes: { a: { type: 'agent', agent: 'worker', timeout: '10s' } }, edges: 'a -> b' });

function taken(delivered: Delivered | 'stale'): Delivered {
  if (delivered === 'stale') throw new Error('The task does not take the message.');
  return delivered;
}

const ask = (task: DrawnTask, question: string, timeoutMs?: number): Delivered =>
  taken(
    task.deliver({
      kind: 'asks',
      node: 'a',
      token: '0.a',
      question,
      ...(timeoutMs !== undefined && { timeoutMs }),
    }),
  );
const answer = (task: DrawnTask, question: string, at = 0): Delivered | 'stale' =>
  task.deliver({ kind: 'answer', node: 'a', token: '0.a', question }, at);

describe('a stage that asks while it is under way', () => {
  it('is at work until it waits, and begins again with the answer and its whole time', () => {
    const task = drawTask(workflow);
    task.order('start');
    expect(told(ask(task, 'q').commands)).toEqual([]);
    expect(task.state().status).toBe('running');
    expect(told(task.waits('a').commands)).toEqual(['clear timeout a']);
    expect([task.state().status, resumeCommands(task.state())]).toEqual(['waiting', []]);
    expect(told(taken(answer(task, 'q', 5_000)).commands)).toEqual(['run a #1', 'set timeout a at 15000']);
    expect(task.state().status).toBe('running');
    expect(told(task.end('a').commands)).toContain('run b #1');
  });

  it('takes one answer to each question, in any order, and none to what it did not ask', () => {
    const task = drawTask(workflow);
    task.order('start');
    ask(task, 'p');
    ask(task, 'q');
    expect(task.deliver({ kind: 'asks', node: 'a', token: '0.a', question: 'q' })).toBe('stale');
    task.waits('a');
    expect(answer(task, 'r')).toBe('stale');
    expect(told(taken(answer(task, 'q')).commands)).toContain('run a #1');
    expect(answer(task, 'q')).toBe('stale');
    task.waits('a');
    expect(task.state().status).toBe('waiting');
    expect(told(task.order('resume').commands)).toEqual([]);
    expect(told(taken(answer(task, 'p')).commands)).toContain('run a #1');
  });

  it('goes on once more when it was answered before it waited', () => {
    const task = drawTask(workflow);
    task.order('start');
    ask(task, 'q');
    expect(told(taken(answer(task, 'q')).commands)).toEqual([]);
    expect(told(task.waits('a').commands)).toEqual(['run a #1']);
    task.waits('a');
    expect(task.state().status).toBe('waiting');
  });

  it('does not begin while its task is paused', () => {
    const task = drawTask(workflow);
    task.order('start');
    ask(task, 'q');
    task.waits('a');
    task.order('pause');
    expect(told(taken(answer(task, 'q')).commands)).toEqual([]);
    expect(resumeCommands(task.state())).toEqual([]);
    expect(told(task.order('resume').commands)).toContain('run a #1');
  });

  it('hears that nobody answered in time, and leaves no deadline behind', () => {
    const task = drawTask(workflow);
    task.order('start');
    expect(told(ask(task, 'q', 1_000).commands)).toEqual(['set consent a q at 1000']);
    task.waits('a');
    expect(told(task.fire('consent a q', 1_000).commands)).toEqual(['run a #1', 'set timeout a at 11000']);
    ask(task, 'p', 1_000);
    expect(told(task.end('a').commands)).toContain('clear consent a p');
    expect([...task.state().pending.keys()]).toEqual(['b']);
  });

  it('asks anew in a task that begins as a copy', () => {
    const task = drawTask(workflow);
    task.order('start');
    ask(task, 'q', 1_000);
    task.waits('a');
    const copy = branchTask(task.core, task.state(), 500);
    expect([copy.status, [...copy.pending.keys()]]).toEqual(['running', ['a', 'timeout a']]);
    expect(copy.pending.get('a')).toEqual({ kind: 'stage', token: '0.a', node: 'a', attempt: 1, arrivals: [] });
  });
});
