import { getAdjacencyMap, getShortestPaths } from '@xstate/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../../../src/index.ts';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import {
  createWorkflowMachine,
  distinctOutcomes,
  readyNodes,
  settle,
  startControl,
  type ControlState,
  type WorkflowContext,
  type WorkflowEvent,
  type WorkflowGraph,
} from '../../../src/machines/index.ts';
import { blocksWorkflow, reviewWorkflow } from '../../support/known-workflows.ts';
import { propertySettings } from '../../support/property-settings.ts';
import { workflows } from '../../support/workflow-generator.ts';
import { compileWorkflow } from '../../support/workflow-subject.ts';

interface Seen {
  readonly context: WorkflowContext;
}

/** Everything that can end in a control state: each running stage, in each way that its edges tell apart. */
function endsIn(graph: WorkflowGraph, control: ControlState): WorkflowEvent[] {
  return readyNodes(graph, control).flatMap((node) =>
    distinctOutcomes(node).map((outcome): WorkflowEvent => {
      const end = outcome.kind === 'done' ? outcome : { ...outcome, retryable: false };
      return { type: 'stage.ended', node: node.id, end };
    }),
  );
}

const keyOf = ({ tokens, statuses, ended }: ControlState): string => [tokens, statuses, ended ?? ''].join(' ');

/** Control states by the kernel's own search. */
function kernelStates(graph: WorkflowGraph): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [startControl(graph).control];
  for (let control = open.pop(); control !== undefined; control = open.pop()) {
    if (seen.has(keyOf(control))) continue;
    seen.add(keyOf(control));
    for (const node of readyNodes(graph, control))
      for (const outcome of distinctOutcomes(node)) open.push(settle(graph, control, { node, outcome }).control);
  }
  return seen;
}

function optionsFor(graph: WorkflowGraph) {
  return {
    input: { seed: 'a task', maxParallel: graph.nodes.length, paused: false },
    events: (state: unknown) => endsIn(graph, contextOf(state).control),
    serializeState: (state: unknown) => keyOf(contextOf(state).control),
  };
}

function contextOf(state: unknown): WorkflowContext {
  if (!isSeen(state)) throw new Error('A state of a machine has a context.');
  return state.context;
}

function isSeen(state: unknown): state is Seen {
  return typeof state === 'object' && state !== null && 'context' in state;
}

function machineOf(workflow: WorkflowSpec) {
  const { graph, chart } = compileWorkflow(workflow);
  return { graph, machine: createWorkflowMachine(graph, chart) };
}

describe('XState itself', () => {
  it('comes to the control states that the kernel comes to', () => {
    const samples = [reviewWorkflow, blocksWorkflow(1, 4), blocksWorkflow(2, 2)];
    const counts = samples.map((workflow) => {
      const { graph, machine } = machineOf(workflow);
      const states = new Set(Object.keys(getAdjacencyMap(machine, optionsFor(graph))));
      expect(states).toEqual(kernelStates(graph));
      return states.size;
    });
    expect(counts).toEqual([589, 143, 63]);
  });

  it('comes to the control states of arbitrary small workflows', () => {
    fc.assert(
      fc.property(workflows({ maxNodes: 6 }), (workflow) => {
        const { graph, machine } = machineOf(workflow);
        const states = new Set(Object.keys(getAdjacencyMap(machine, optionsFor(graph))));
        expect(states).toEqual(kernelStates(graph));
      }),
      propertySettings(100),
    );
  });

  it('finds a shortest path to the end of every scenario', () => {
    const { graph, machine } = machineOf(reviewWorkflow);
    const ends = new Map(
      getShortestPaths(machine, optionsFor(graph)).map(({ state, steps }) => {
        return [keyOf(contextOf(state).control), steps.length] as const;
      }),
    );
    for (const { steps } of explore(graph, 'outcomes').scenarios) {
      let { control } = startControl(graph);
      for (const { node: id, outcome } of steps) {
        const node = graph.byId.get(id);
        if (node !== undefined) ({ control } = settle(graph, control, { node, outcome }));
      }
      const shortest = ends.get(keyOf(control)) ?? -1;
      // XState counts the event that starts the machine.
      expect(shortest).toBe(steps.length + 1);
    }
  });
});
