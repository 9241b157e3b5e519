import {
  settle,
  startControl,
  statusOf,
  tokenOf,
  type ControlState,
  type GraphNode,
  type Outcome,
  type Settled,
  type WorkflowGraph,
} from '../../machines/index.ts';
import { findAncestors } from '../plan/ancestors.ts';
import type { FinishedStage } from './compatibility.ts';
import type { Names } from './rename-stages.ts';
import { stableText } from './stable-text.ts';

/** A run that is played through the kernel, one finished stage after the other. */
export interface Playback {
  readonly control: () => ControlState;
  readonly isReady: (node: GraphNode) => boolean;
  readonly play: (node: GraphNode, outcome: Outcome) => void;
  /** What a watched stage is given: the state of all before it when it became ready and as it is now. */
  readonly surroundings: (node: GraphNode) => string;
}

export interface Watch {
  /** New ids of nodes, so that surroundings in two versions can be compared. */
  readonly names: Names;
  /** Ids of the stages whose surroundings are asked for: to look around takes time with each stage before. */
  readonly watched: ReadonlySet<string>;
}

export function createPlayback(graph: WorkflowGraph, { names, watched }: Watch): Playback {
  const ancestors = findAncestors(graph);
  const atStart = new Map<GraphNode, string>();
  let control: ControlState;
  const advance = (settled: Settled): void => {
    control = settled.control;
    for (const node of settled.started) if (watched.has(node.id)) atStart.set(node, around(node));
  };
  const newId = ({ id }: GraphNode): string => names.get(id) ?? id;
  const around = (node: GraphNode): string =>
    stableText({
      inbound: node.inbound.map((edge) => `${newId(edge.from)} ${edge.kind} ${tokenOf(control, edge)}`).toSorted(),
      stages: ancestors
        .namesOf(node)
        .flatMap((id) => {
          const ancestor = graph.byId.get(id);
          return ancestor === undefined ? [] : [`${newId(ancestor)} ${visibleStatus(control, ancestor)}`];
        })
        .toSorted(),
    });
  const start = startControl(graph);
  control = start.control;
  advance(start);
  return {
    control: () => control,
    isReady: (node) => control.ended === undefined && statusOf(control, node) === 'ready',
    play: (node, outcome) => advance(settle(graph, control, { node, outcome })),
    surroundings: (node) => (watched.has(node.id) ? `${atStart.get(node) ?? ''} ${around(node)}` : ''),
  };
}

/** Whether a stage runs or still waits makes no difference to those that look at it. */
function visibleStatus(control: ControlState, node: GraphNode): string {
  const status = statusOf(control, node);
  return status === 'pending' || status === 'ready' ? 'open' : status;
}

export interface PlayedStage {
  readonly node: GraphNode;
  readonly outcome: Outcome;
  readonly surroundings: string;
}

export interface History {
  readonly control: ControlState;
  readonly played: readonly PlayedStage[];
  /** Those that were never ready: the history is not one of this graph. */
  readonly unplayable: readonly FinishedStage[];
}

/** Plays finished stages in their order; one whose turn has not come waits for those after it. */
export function playHistory(graph: WorkflowGraph, finished: readonly FinishedStage[], watch: Watch): History {
  const playback = createPlayback(graph, watch);
  const played: PlayedStage[] = [];
  let waiting: readonly FinishedStage[] = finished;
  for (;;) {
    const late: FinishedStage[] = [];
    for (const stage of waiting) {
      const node = graph.byId.get(stage.node);
      if (node === undefined || !playback.isReady(node)) {
        late.push(stage);
        continue;
      }
      played.push({ node, outcome: stage.outcome, surroundings: playback.surroundings(node) });
      playback.play(node, stage.outcome);
    }
    if (late.length === 0 || late.length === waiting.length)
      return { control: playback.control(), played, unplayable: late };
    waiting = late;
  }
}
