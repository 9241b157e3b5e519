import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countCovered,
  countPaths,
  explore,
  listPaths,
  type Criterion,
  type Exploration,
  type Goal,
  type Scenario,
} from '../../src/manifest-compiler/explore/index.ts';
import {
  distinctOutcomes,
  isOver,
  readyNodes,
  settle,
  startControl,
  statusOf,
  tokenOf,
  verdictOf,
  type GraphNode,
  type WorkflowGraph,
} from '../../src/machines/index.ts';
import { everyRun, meetsGoal } from '../support/every-run.ts';
import { propertySettings } from '../support/property-settings.ts';
import { workflows } from '../support/workflow-generator.ts';
import { compileWorkflow, planWorkflow } from '../support/workflow-subject.ts';

const allCriteria: readonly Criterion[] = ['nodes', 'edges', 'outcomes', 'pairs', 'paths'];
const someCriterion = fc.constantFrom(...allCriteria);

/** What the kernel makes of a scenario, told in the words of one. */
function replay(graph: WorkflowGraph, { goal, steps }: Scenario): Scenario {
  const trace: string[] = [];
  const noteEnds = (): void => {
    for (const node of graph.order) {
      if (node.closes !== undefined && statusOf(control, node) === 'done' && !trace.includes(node.id))
        trace.push(node.id);
    }
  };
  let { control } = startControl(graph);
  noteEnds();
  for (const { node: id, outcome } of steps) {
    const node = readyNodes(graph, control).find((ready) => ready.id === id);
    if (node === undefined) throw new Error(`"${id}" does not run when the scenario ends it.`);
    control = settle(graph, control, { node, outcome }).control;
    trace.push(id);
    noteEnds();
  }
  if (!isOver(control)) throw new Error('The run is not over.');
  const live = graph.edges.filter((edge) => tokenOf(control, edge) === 'live').map((edge) => edge.id);
  return { goal, steps, trace, live, verdict: verdictOf(graph, control) };
}

/** The parts of a scenario that are told the same whatever the order of what happens at once. */
function inSomeOrder({ trace, ...rest }: Scenario): Scenario {
  return { ...rest, trace: trace.toSorted() };
}

function isCovered({ scenarios }: Exploration, goal: Goal): boolean {
  return scenarios.some((scenario) => isMetBy(scenario, goal));
}

function isMetBy({ steps, trace, live }: Scenario, goal: Goal): boolean {
  const outcomeOf = (id: string) => steps.find(({ node }) => node === id)?.outcome;
  switch (goal.kind) {
    case 'node':
      return trace.includes(goal.node);
    case 'edge':
      return live.includes(goal.edge);
    case 'pair':
      return goal.edges.every((edge) => live.includes(edge));
    case 'path':
      return (
        goal.edges.every((edge) => live.includes(edge)) &&
        trace.includes(goal.last) &&
        outcomeOf(goal.last)?.kind !== 'failed'
      );
    case 'outcome':
      return JSON.stringify(outcomeOf(goal.node)) === JSON.stringify(goal.outcome);
  }
}

describe('scenarios', () => {
  it('replay on the kernel, step by step, to the end that they tell', () => {
    fc.assert(
      fc.property(workflows(), someCriterion, (workflow, criterion) => {
        const { graph } = planWorkflow(workflow);
        const { scenarios } = explore(graph, criterion, { limit: 500, pathLimit: 500 });
        expect(scenarios.map(inSomeOrder)).toEqual(scenarios.map((scenario) => inSomeOrder(replay(graph, scenario))));
      }),
      propertySettings(1_000),
    );
  });

  it('replay on the compiled machine', () => {
    fc.assert(
      fc.property(workflows(), someCriterion, (workflow, criterion) => {
        const { graph, stepper } = compileWorkflow(workflow);
        for (const { steps, verdict } of explore(graph, criterion, { limit: 500, pathLimit: 500 }).scenarios) {
          let { snapshot } = stepper.init({ seed: 'a task', maxParallel: graph.nodes.length, paused: false });
          for (const { node, outcome } of steps) {
            const end = outcome.kind === 'done' ? outcome : { ...outcome, retryable: false };
            ({ snapshot } = stepper.step(snapshot, { type: 'stage.ended', node, end }));
          }
          expect([snapshot.status, snapshot.value]).toEqual(['done', verdict]);
        }
      }),
      propertySettings(300),
    );
  });

  it('meet the goal that they were made for, and together every goal that is not infeasible', () => {
    fc.assert(
      fc.property(workflows(), someCriterion, (workflow, criterion) => {
        const { graph } = planWorkflow(workflow);
        const exploration = explore(graph, criterion, { pathLimit: 500 });
        const isListed = criterion !== 'paths' || countPaths(graph) <= 500n;
        const goals = isListed ? goalsOf(graph, criterion) : [];
        expect(exploration.goals).toBe(goals.length);
        expect(exploration.undecided).toEqual([]);
        expect(goals.filter((goal) => !isCovered(exploration, goal))).toEqual(exploration.infeasible);
        const covered = isListed ? countCovered(graph, criterion, exploration.scenarios) : 0;
        expect(covered).toBe(goals.length - exploration.infeasible.length);
        expect(exploration.scenarios.filter((scenario) => !isMetBy(scenario, scenario.goal))).toEqual([]);
      }),
      propertySettings(1_000),
    );
  });

  it('are the same whenever the same workflow is explored', () => {
    fc.assert(
      fc.property(workflows(), someCriterion, (workflow, criterion) => {
        const once = explore(planWorkflow(workflow).graph, criterion, { pathLimit: 500 });
        expect(explore(planWorkflow(workflow).graph, criterion, { pathLimit: 500 })).toEqual(once);
      }),
      propertySettings(100),
    );
  });
});

/** The goals of a criterion, read from the graph. */
function goalsOf(graph: WorkflowGraph, criterion: Criterion): readonly Goal[] {
  switch (criterion) {
    case 'nodes':
      return graph.order.map(({ id }): Goal => ({ kind: 'node', node: id }));
    case 'edges':
      return graph.order.flatMap(({ outbound }) => outbound.map(({ id }): Goal => ({ kind: 'edge', edge: id })));
    case 'outcomes':
      return graph.order.flatMap(outcomeGoals);
    case 'pairs':
      return graph.order.flatMap(({ inbound, outbound }) =>
        inbound.flatMap((one) => outbound.map((other): Goal => ({ kind: 'pair', edges: [one.id, other.id] }))),
      );
    case 'paths':
      return [...listPaths(graph)].map(({ edges, last }): Goal => {
        return { kind: 'path', edges: edges.map(({ id }) => id), last: last.id };
      });
  }
}

function outcomeGoals(node: GraphNode): readonly Goal[] {
  if (node.closes !== undefined) return [];
  return distinctOutcomes(node)
    .filter((outcome) => {
      const category = outcome.kind === 'failed' ? outcome.category : undefined;
      return category !== 'branch_failed' && (category !== 'routing' || node.isDecision);
    })
    .map((outcome) => ({ kind: 'outcome', node: node.id, outcome }));
}

describe('infeasible goals', () => {
  it('are exactly those that no outcome of any stage, in any order, meets', () => {
    fc.assert(
      fc.property(workflows({ maxNodes: 5 }), someCriterion, (workflow, criterion) => {
        const { graph, reading } = planWorkflow(workflow);
        const runs = everyRun(workflow, reading);
        const { infeasible, undecided, scenarios } = explore(graph, criterion);
        expect(undecided).toEqual([]);
        const wrong = infeasible.filter((goal) => runs.some((run) => meetsGoal(graph, run, goal)));
        expect(wrong).toEqual([]);
        expect(scenarios.filter(({ goal }) => !runs.some((run) => meetsGoal(graph, run, goal)))).toEqual([]);
      }),
      propertySettings(1_000),
    );
  });
});

describe('paths', () => {
  it('are as many as were counted, each once', () => {
    fc.assert(
      fc.property(workflows({ maxNodes: 9 }), (workflow) => {
        const { graph } = planWorkflow(workflow);
        const paths = [...listPaths(graph)].map(({ edges, last }) => [...edges.map(({ id }) => id), last.id].join(' '));
        expect(BigInt(new Set(paths).size)).toBe(countPaths(graph));
        expect(paths).toHaveLength(new Set(paths).size);
      }),
      propertySettings(300),
    );
  });
});
