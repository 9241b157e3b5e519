import {
  statusOf,
  tokenOf,
  type ControlState,
  type StageEnd,
  type Scenario,
  type ScenarioStep,
  type WorkflowGraph,
} from '../index.ts';

/** What became of a scenario when it was walked. */
export interface Walk {
  /** How the run ended; "active" when it did not. */
  readonly verdict: string;
  /** Ids of the edges that were taken, in the order of the file. */
  readonly live: readonly string[];
  /** End nodes that were reached, in the order of the file. */
  readonly ends: readonly string[];
  /** Stages that were to end and did not run. */
  readonly idle: readonly string[];
}

/** Something that scenarios are walked on, stage by stage. A position is never changed once it is there. */
export interface Walker<Position> {
  readonly graph: WorkflowGraph;
  readonly start: () => Position;
  /** After a stage and every further attempt of it ended; nothing when it does not run. */
  readonly endStage: (position: Position, step: ScenarioStep) => Position | undefined;
  readonly read: (position: Position) => Pick<Walk, 'verdict'> & { readonly control: ControlState };
}

interface Passed<Position> {
  readonly position: Position;
  readonly idle: readonly string[];
}

/**
 * Walks one scenario after the other. What a scenario has in common with the beginning of the one before is not walked
 * again: of a long workflow most scenarios tell the same until something fails.
 */
export function createWalk<Position>(walker: Walker<Position>): (scenario: Scenario) => Walk {
  const { graph } = walker;
  const first: Passed<Position> = { position: walker.start(), idle: [] };
  let passed: Passed<Position>[] = [];
  let before: readonly ScenarioStep[] = [];
  return ({ steps }) => {
    passed = passed.slice(0, commonLength(before, steps));
    before = steps;
    let at = passed.at(-1) ?? first;
    for (const step of steps.slice(passed.length)) {
      const position = walker.endStage(at.position, step);
      at = position === undefined ? { ...at, idle: [...at.idle, step.node] } : { ...at, position };
      passed.push(at);
    }
    const { control, verdict } = walker.read(at.position);
    return {
      verdict,
      idle: at.idle,
      live: graph.edges.filter((edge) => tokenOf(control, edge) === 'live').map((edge) => edge.id),
      ends: graph.nodes.flatMap((node) =>
        node.closes !== undefined && statusOf(control, node) === 'done' ? [node.id] : [],
      ),
    };
  };
}

function commonLength(before: readonly ScenarioStep[], steps: readonly ScenarioStep[]): number {
  const place = steps.findIndex((step, at) => !isSame(step, before[at]));
  return place < 0 ? steps.length : place;
}

function isSame(one: ScenarioStep, other: ScenarioStep | undefined): boolean {
  return one.node === other?.node && JSON.stringify(one.outcome) === JSON.stringify(other.outcome);
}

/** How a stub ends a stage. One that fails does so at every attempt. */
export function endOf({ outcome }: ScenarioStep): StageEnd {
  return outcome.kind === 'done' ? outcome : { ...outcome, retryable: true };
}
