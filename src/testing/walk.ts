import {
  statusOf,
  tokenOf,
  type ControlState,
  type StageEnd,
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

export function readWalk(graph: WorkflowGraph, control: ControlState, rest: Pick<Walk, 'verdict' | 'idle'>): Walk {
  return {
    ...rest,
    live: graph.edges.filter((edge) => tokenOf(control, edge) === 'live').map((edge) => edge.id),
    ends: graph.nodes.flatMap((node) =>
      node.closes !== undefined && statusOf(control, node) === 'done' ? [node.id] : [],
    ),
  };
}

/** How a stub ends a stage. One that fails does so at every attempt. */
export function endOf({ outcome }: ScenarioStep): StageEnd {
  return outcome.kind === 'done' ? outcome : { ...outcome, retryable: true };
}
