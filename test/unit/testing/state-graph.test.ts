import { getAdjacencyMap, getShortestPaths, getSimplePaths } from '@xstate/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore, loadProject, type Outcome, type Scenario, type StageEnd } from '../../../src/index.ts';
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
import { configDirectory, configNames } from '../../support/config-projects.ts';
import { blocksWorkflow, chainWorkflow, reviewWorkflow } from '../../support/known-workflows.ts';
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
});

/** How many runs there are from each control state, by the kernel: every stage ends in every way, in every order. */
function countRuns(graph: WorkflowGraph): number {
  const known = new Map<string, number>();
  const runsFrom = (control: ControlState): number => {
    const key = keyOf(control);
    const before = known.get(key);
    if (before !== undefined) return before;
    const ends = readyNodes(graph, control).flatMap((node) =>
      distinctOutcomes(node).map((outcome) => settle(graph, control, { node, outcome }).control),
    );
    const count = ends.length === 0 ? 1 : ends.reduce((sum, next) => sum + runsFrom(next), 0);
    known.set(key, count);
    return count;
  };
  return runsFrom(startControl(graph).control);
}

/** The run of a scenario as XState tells it: what ended, and the control state at the end. */
function runOf(graph: WorkflowGraph, { steps }: Scenario): { readonly ends: string; readonly final: string } {
  let { control } = startControl(graph);
  for (const { node: id, outcome } of steps) {
    const node = graph.byId.get(id);
    if (node !== undefined) ({ control } = settle(graph, control, { node, outcome }));
  }
  return { ends: JSON.stringify(steps.map(({ node, outcome }) => [node, outcome])), final: keyOf(control) };
}

function endsOf(steps: readonly { readonly event: WorkflowEvent | { readonly type: 'xstate.init' } }[]): string {
  const ended = steps.flatMap(({ event }) => (event.type === 'stage.ended' ? [event] : []));
  return JSON.stringify(ended.map(({ node, end }) => [node, outcomeOf(end)]));
}

function outcomeOf(end: StageEnd): Outcome {
  return end.kind === 'done' ? end : { kind: end.kind, category: end.category };
}

async function pipelinesOf(name: string): Promise<readonly Subject[]> {
  const { compiled, problems } = await loadProject(configDirectory(name));
  if (compiled === undefined) throw new Error(JSON.stringify(problems));
  return [...compiled.pipelines.values(), ...compiled.bodies.values()].map(({ id, graph, chart }) => {
    return { name: `${name}, pipeline ${id}`, graph, machine: createWorkflowMachine(graph, chart()) };
  });
}

interface Subject extends ReturnType<typeof machineOf> {
  readonly name: string;
}

const subjects: readonly Subject[] = [
  { name: 'a review', ...machineOf(reviewWorkflow) },
  { name: 'a chain', ...machineOf(chainWorkflow(10)) },
  { name: 'a fork', ...machineOf(blocksWorkflow(1, 4)) },
  { name: 'two forks', ...machineOf(blocksWorkflow(2, 2)) },
  ...(await Promise.all(configNames().map(pipelinesOf))).flat(),
];

/** More runs than this are not listed one by one: stages side by side multiply them. */
const mostRuns = 2_000;

describe('XState on workflows that are known, and on those in configs', () => {
  it.each(subjects)('finds a shortest path to the end of every scenario of $name', ({ graph, machine }) => {
    const { scenarios } = explore(graph, 'outcomes');
    const shortest = new Map(
      getShortestPaths(machine, optionsFor(graph)).map(({ state, steps }) => {
        return [keyOf(contextOf(state).control), steps.length] as const;
      }),
    );
    // XState counts the event that starts the machine.
    const expected = scenarios.map(({ steps }) => steps.length + 1);
    expect(scenarios.map((scenario) => shortest.get(runOf(graph, scenario).final))).toEqual(expected);
  });

  const listable = subjects.filter(({ graph }) => countRuns(graph) <= mostRuns);

  it.each(listable)('finds a simple path for every run of $name, scenarios among them', ({ graph, machine }) => {
    const toEnds = getSimplePaths(machine, { ...optionsFor(graph), toState: ({ status }) => status !== 'active' });
    const runs = new Map(toEnds.map(({ state, steps }) => [endsOf(steps), keyOf(contextOf(state).control)] as const));
    expect(runs.size).toBe(countRuns(graph));
    for (const scenario of explore(graph, 'outcomes').scenarios) {
      const { ends, final } = runOf(graph, scenario);
      expect(runs.get(ends)).toBe(final);
    }
  });
});
