import { controlChanges } from './control-changes.ts';
import type { ControlState } from './control.ts';
import { passGate, type Gate, type Passage } from './gate.ts';
import type { GraphEdge, GraphNode, WorkflowGraph } from './graph.ts';
import type { Settled } from './kernel.ts';

/*
 * Breakpoints are names: of a node, or of an edge as `from->to`. They lie in the gate, which the kernel does not know: so
 * a run comes to the same end with them and without.
 */

/** What a run is in between two steps, as far as its gate is concerned. */
interface Before {
  readonly gate: Gate;
  /** Absent before the first step. */
  readonly control?: ControlState;
}

/** Lets the stages of a step through, or pauses before them when the step came to a breakpoint. */
export function passStep(graph: WorkflowGraph, { gate, control }: Before, step: Settled): Passage {
  if (gate.breakpoints === undefined || gate.paused) return passGate(gate, step);
  const reached = new Set([
    ...step.started.flatMap((node) => namesOf(node)),
    ...controlChanges(graph, control, step.control).edges.flatMap(({ edge, token }) =>
      token === 'live' ? edgeNames(edge) : [],
    ),
  ]);
  const stoppedAt = gate.breakpoints.find((name) => reached.has(name));
  return passGate(stoppedAt === undefined ? gate : { ...gate, paused: true, stoppedAt }, step);
}

/** Names that a breakpoint before a node may have: a node that the compiler copied stands for the one of the manifest. */
export function namesOf({ id, standsFor }: GraphNode): readonly string[] {
  return standsFor === undefined ? [id] : [id, standsFor];
}

export function edgeNames({ from, to }: GraphEdge): readonly string[] {
  return namesOf(from).flatMap((one) => namesOf(to).map((other) => `${one}->${other}`));
}
