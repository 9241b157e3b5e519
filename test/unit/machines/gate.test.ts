import { describe, expect, it } from 'vitest';
import {
  breakAt,
  openGate,
  passGate,
  pauseGate,
  resumeGate,
  stepGate,
  type Gate,
  type Passage,
} from '../../../src/machines/gate.ts';
import { drawWorkflow } from '../../support/workflow-drawing.ts';
import { planWorkflow } from '../../support/workflow-subject.ts';

function nodes(...ids: readonly string[]) {
  const { graph } = planWorkflow(drawWorkflow({ edges: 'a -> b\na -> c\na -> d' }));
  return graph.nodes.filter((node) => ids.includes(node.id));
}

function pass(gate: Gate, started: readonly string[], stopped: readonly string[] = []): Passage {
  return passGate(gate, { started: nodes(...started), stopped: nodes(...stopped) });
}

/** One stage at work, which is all that may be, and two that wait. */
const full = (): Gate => pass(openGate(1, false), ['b', 'c', 'd']).gate;
/** Paused from the start, so that all three wait. */
const closed = (): Gate => pass(openGate(2, true), ['b', 'c', 'd']).gate;

describe('the gate', () => {
  it('lets stages through up to the limit and holds the others in their order', () => {
    expect(pass(openGate(2, false), ['b', 'c', 'd'])).toEqual({
      gate: { limit: 2, admitted: 2, held: ['d'], paused: false },
      released: ['b', 'c'],
    });
  });

  it('lets the stage through that has waited longest when one ends', () => {
    expect(pass(full(), [], ['b'])).toEqual({
      gate: { limit: 1, admitted: 1, held: ['d'], paused: false },
      released: ['c'],
    });
  });

  it('puts stages that become ready behind those that wait', () => {
    const waiting = pass(openGate(1, false), ['b', 'c']).gate;
    expect(pass(waiting, ['d'], ['b'])).toEqual({
      gate: { limit: 1, admitted: 1, held: ['d'], paused: false },
      released: ['c'],
    });
  });

  it('forgets stages that are cancelled while they wait, and fills only the place of the one that ended', () => {
    expect(pass(full(), [], ['b', 'c'])).toEqual({
      gate: { limit: 1, admitted: 1, held: [], paused: false },
      released: ['d'],
    });
  });

  it('holds everything while it is paused', () => {
    expect(pass(openGate(4, true), ['b', 'c'])).toEqual({
      gate: { limit: 4, admitted: 0, held: ['b', 'c'], paused: true },
      released: [],
    });
  });

  it('lets stages that run end while it is paused, and starts none in their place', () => {
    const paused = pauseGate(pass(openGate(2, false), ['b', 'c', 'd']).gate);
    expect(pass(paused, [], ['b'])).toEqual({
      gate: { limit: 2, admitted: 1, held: ['d'], paused: true },
      released: [],
    });
  });

  it('lets through what has room when it is resumed', () => {
    expect(resumeGate(closed())).toEqual({
      gate: { limit: 2, admitted: 2, held: ['d'], paused: false },
      released: ['b', 'c'],
    });
  });

  it('lets one stage through at each step and stays paused', () => {
    const first = stepGate(closed());
    expect(first).toEqual({ gate: { limit: 2, admitted: 1, held: ['c', 'd'], paused: true }, released: ['b'] });
    expect(stepGate(first.gate)).toEqual({
      gate: { limit: 2, admitted: 2, held: ['d'], paused: true },
      released: ['c'],
    });
  });

  it('lets the stage through at a step that is named, and none that does not wait', () => {
    const { gate, released } = stepGate(closed(), 'd');
    expect([gate.held, released]).toEqual([['b', 'c'], ['d']]);
    expect(stepGate(gate, 'd')).toEqual({ gate, released: [] });
  });

  it('forgets where it stopped when a stage is let through', () => {
    const stopped = { ...closed(), breakpoints: ['c'], stoppedAt: 'c' };
    expect(resumeGate(stopped).gate).toEqual({
      limit: 2,
      admitted: 2,
      held: ['d'],
      paused: false,
      breakpoints: ['c'],
    });
    expect(stepGate(stopped).gate).not.toHaveProperty('stoppedAt');
    expect(breakAt(stopped, [])).toEqual({
      limit: 2,
      admitted: 0,
      held: ['b', 'c', 'd'],
      paused: true,
      stoppedAt: 'c',
    });
  });

  it('is the same object when nothing changes', () => {
    const { gate } = pass(openGate(1, false), ['b']);
    expect(pass(gate, ['c'], ['b']).gate).toBe(gate);
    expect(stepGate(gate)).toEqual({ gate, released: [] });
    expect(resumeGate(gate)).toEqual({ gate, released: [] });
    const paused = pauseGate(gate);
    expect(pauseGate(paused)).toBe(paused);
  });
});
