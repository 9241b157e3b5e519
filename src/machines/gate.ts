import type { GraphNode } from './graph.ts';
import type { Settled } from './kernel.ts';

/**
 * Lies between ready and running: stages wait here while the task is paused or as many run as may. The kernel does not
 * know it, so it never touches tokens.
 */
export interface Gate {
  /** Most stages of the task at a time. */
  readonly limit: number;
  /** Stages let through and not yet ended; a stage that waits for its next attempt keeps its place. */
  readonly admitted: number;
  /** Ids of stages that wait, longest first. */
  readonly held: readonly string[];
  readonly paused: boolean;
}

export function openGate(limit: number, paused: boolean): Gate {
  return { limit, admitted: 0, held: [], paused };
}

/** The gate after a step of the kernel. */
export function passGate(gate: Gate, settled: Pick<Settled, 'started' | 'stopped'>): Gate {
  if (gate.held.length === 0 && !gate.paused) {
    const admitted = gate.admitted - settled.stopped.length + settled.started.length;
    if (admitted <= gate.limit) return admitted === gate.admitted ? gate : { ...gate, admitted };
  }
  const stopped = new Set(settled.stopped.map((node) => node.id));
  const waiting = gate.held.filter((id) => !stopped.has(id));
  const ended = stopped.size - (gate.held.length - waiting.length);
  const queue = [...waiting, ...settled.started.map((node: GraphNode) => node.id)];
  return admit({ ...gate, admitted: gate.admitted - ended, held: queue });
}

function admit(gate: Gate): Gate {
  const room = gate.paused ? 0 : Math.min(gate.held.length, Math.max(0, gate.limit - gate.admitted));
  return { ...gate, admitted: gate.admitted + room, held: gate.held.slice(room) };
}

export function pauseGate(gate: Gate): Gate {
  return gate.paused ? gate : { ...gate, paused: true };
}

export function resumeGate(gate: Gate): Gate {
  return gate.paused ? admit({ ...gate, paused: false }) : gate;
}

/** Lets the stage through that has waited longest, whatever holds it. */
export function stepGate(gate: Gate): Gate {
  if (gate.held.length === 0) return gate;
  return { ...gate, admitted: gate.admitted + 1, held: gate.held.slice(1) };
}
