import fc from 'fast-check';
import type { WorkflowGraph } from '../../src/machines/index.ts';
import type { ReferenceRun } from './reference-interpreter.ts';

/** Sets of breakpoints by number, so that they fit any workflow; the first is that of the beginning. */
export const breakpointSets: fc.Arbitrary<readonly (readonly number[])[]> = fc.array(
  fc.array(fc.nat(60), { maxLength: 3 }),
  { minLength: 1, maxLength: 4 },
);

/** The names of the breakpoints of a set in one workflow. */
export function chosenBreakpoints(graph: WorkflowGraph, numbers: readonly number[] = []): readonly string[] {
  const names = [...graph.nodes.map(({ id }) => id), ...graph.edges.map(({ from, to }) => `${from.id}->${to.id}`)];
  return [...new Set(numbers.map((number) => names[number % names.length] ?? ''))];
}

/** Whether a step of the reference interpreter came to a breakpoint: a node got ready, or an edge was taken. */
export function cameToBreakpoint(
  graph: WorkflowGraph,
  breakpoints: readonly string[],
  { before, after }: { readonly before: ReferenceRun | undefined; readonly after: ReferenceRun },
): boolean {
  const nodes = graph.nodes.filter(
    ({ index }) => after.statuses[index] === 'ready' && before?.statuses[index] !== 'ready',
  );
  const edges = graph.edges.filter(({ index }) => after.tokens[index] === 'live' && before?.tokens[index] !== 'live');
  const reached = new Set([...nodes.map(({ id }) => id), ...edges.map(({ from, to }) => `${from.id}->${to.id}`)]);
  return breakpoints.some((name) => reached.has(name));
}
