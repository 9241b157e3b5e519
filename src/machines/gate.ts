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
  /** Names of nodes and edges before which the task pauses; absent: none. */
  readonly breakpoints?: readonly string[];
  /** The breakpoint that paused it. */
  readonly stoppedAt?: string;
}

/** The gate after something happened, and the stages that it let through. */
export interface Passage {
  readonly gate: Gate;
  readonly released: readonly string[];
}

export function openGate(limit: number, paused: boolean, breakpoints: readonly string[] = []): Gate {
  return breakAt({ limit, admitted: 0, held: [], paused }, breakpoints);
}

/** After a step of the kernel: places of stages that stopped go to those that have waited longest, then to new ones. */
export function passGate(gate: Gate, { started, stopped }: Pick<Settled, 'started' | 'stopped'>): Passage {
  const fresh = started.map((node) => node.id);
  if (gate.held.length === 0 && !gate.paused) {
    const admitted = gate.admitted - stopped.length + fresh.length;
    if (admitted <= gate.limit)
      return { gate: admitted === gate.admitted ? gate : { ...gate, admitted }, released: fresh };
  }
  const waiting = stillHeld(gate, stopped);
  const ended = stopped.length - (gate.held.length - waiting.length);
  const held = fresh.length === 0 ? waiting : [...waiting, ...fresh];
  return admit({ ...gate, admitted: gate.admitted - ended, held });
}

/** Stages may be cancelled while they wait; the one whose end caused the step was at work. */
function stillHeld({ held }: Gate, stopped: Settled['stopped']): readonly string[] {
  if (held.length === 0 || stopped.length <= 1) return held;
  const ids = new Set(stopped.map((node) => node.id));
  return held.filter((id) => !ids.has(id));
}

function admit(gate: Gate): Passage {
  const room = gate.paused ? 0 : Math.min(gate.held.length, Math.max(0, gate.limit - gate.admitted));
  const next = { ...gate, admitted: gate.admitted + room, held: gate.held.slice(room) };
  return { gate: next, released: gate.held.slice(0, room) };
}

export function pauseGate(gate: Gate): Gate {
  return gate.paused ? gate : { ...gate, paused: true };
}

/** Goes past the breakpoints of the stages that wait. */
export function resumeGate(gate: Gate): Passage {
  return gate.paused ? admit({ ...goneOn(gate), paused: false }) : { gate, released: [] };
}

/** Lets one stage through, whatever holds it: the one that is named, else the one that has waited longest. */
export function stepGate(gate: Gate, stage = gate.held[0]): Passage {
  if (stage === undefined || !gate.held.includes(stage)) return { gate, released: [] };
  const held = gate.held.filter((id) => id !== stage);
  return { gate: { ...goneOn(gate), admitted: gate.admitted + 1, held }, released: [stage] };
}

/** Sets breakpoints instead of those that were set. What waits already is not asked again. */
export function breakAt({ breakpoints: _breakpoints, ...gate }: Gate, breakpoints: readonly string[]): Gate {
  return breakpoints.length === 0 ? gate : { ...gate, breakpoints };
}

function goneOn({ stoppedAt: _stoppedAt, ...gate }: Gate): Gate {
  return gate;
}
