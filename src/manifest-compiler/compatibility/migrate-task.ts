import { EngineError } from '../../errors/index.ts';
import { isOver, readyNodes, statusOf, type ControlState } from '../../machines/index.ts';
import type { CompiledProject } from '../compile/compiled.ts';
import type { KeptStage, LostStage, Migration, Refusal, Repeat, TaskPosition } from './compatibility.ts';
import { comparePipelines, removedPipeline, successorOf, versionsOf, type Comparison } from './compare-pipelines.ts';
import { createPlayback, playHistory, type Playback, type PlayedStage } from './history.ts';
import { createVersions, nameOf } from './version.ts';

/**
 * The point at which a task goes on with another version of its manifests: which finished stages it keeps, and what they
 * add up to there. Its own manifests come first.
 */
export function migrateTask(before: CompiledProject, after: CompiledProject, task: TaskPosition): Migration {
  const old = before.pipelines.get(task.pipeline);
  if (old === undefined)
    return refused(brokenHistory(`The manifests it began with have no pipeline "${task.pipeline}".`));
  if (isOver(task.control)) return refused({ kind: 'task_over', sentence: 'The task is over. Begin a new task.' });
  const of = { before: createVersions(before), after: createVersions(after) };
  const versions = versionsOf(old, successorOf(old, after), of);
  if (versions === undefined) return refused(removedPipeline(old.id));
  const comparison = comparePipelines(versions);
  if (task.finished.length > 0 && comparison.reasons.length > 0)
    return { verdict: 'refused', reasons: comparison.reasons };
  const watch = { names: comparison.pairing.names, watched: new Set(comparison.validity.sometimes.keys()) };
  const history = playHistory(old.graph, task.finished, watch);
  const [stray] = history.unplayable;
  if (stray !== undefined) return refused(brokenHistory(`No run of it finishes "${stray.node}" here.`));
  const { tokens, statuses } = history.control;
  if (tokens !== task.control.tokens || statuses !== task.control.statuses)
    return refused(brokenHistory('They do not lead to where the task stands.'));
  return rebuild(comparison, history.played);
}

function refused(reason: Refusal): Migration {
  return { verdict: 'refused', reasons: [reason] };
}

function brokenHistory(detail: string): Refusal {
  return { kind: 'history_broken', sentence: `The finished stages do not fit the task's own manifests. ${detail}` };
}

/** Replays in the new version what is valid there; what is not is left out, and so is all that built on it. */
function rebuild(comparison: Comparison, played: readonly PlayedStage[]): Migration {
  const { pipeline } = comparison.versions.after;
  const { pairs } = comparison.pairing;
  const watched = new Set([...comparison.validity.sometimes.keys()].map((id) => pairs.get(id)?.after.id ?? id));
  const playback = createPlayback(pipeline.graph, { names: new Map(), watched });
  const judged = played.map((stage) => judge(comparison, playback, stage));
  const kept = judged.flatMap((stage) => ('outcome' in stage ? [stage] : []));
  const lost = judged.flatMap((stage) => ('outcome' in stage ? [] : [stage]));
  const control = playback.control();
  const isSame = lost.length === 0 && kept.every(({ from, node }) => from === node);
  return {
    verdict: isSame ? 'compatible' : 'migratable',
    pipeline: pipeline.id,
    kept,
    lost: lost.map((repeat) => withFate(comparison, control, repeat)),
    control,
    starts: readyNodes(pipeline.graph, control).map(({ id }) => id),
  };
}

/** Plays a stage that can be kept. */
function judge(comparison: Comparison, playback: Playback, stage: PlayedStage): KeptStage | Repeat {
  const { pairing, validity } = comparison;
  const { node, outcome } = stage;
  const pair = pairing.pairs.get(node.id);
  if (pair === undefined) return goneStage(stage);
  const repeat = validity.again.get(node.id);
  if (repeat !== undefined) return repeat;
  if (playback.isReady(pair.after) && playback.surroundings(pair.after) === stage.surroundings) {
    playback.play(pair.after, outcome);
    return { from: node.id, node: pair.after.id, outcome };
  }
  const because = validity.sometimes.get(node.id);
  if (because !== undefined) return because;
  throw new EngineError('ENGINE_BUG', `Stage "${node.id}" was said to stay valid, and does not.`);
}

function goneStage({ node }: PlayedStage): Repeat {
  return { node: node.id, kind: 'node_removed', when: 'always', sentence: `${nameOf(node)} is gone.`, tools: [] };
}

function withFate({ pairing }: Comparison, control: ControlState, repeat: Repeat): LostStage {
  const after = pairing.pairs.get(repeat.node)?.after;
  const status = after === undefined || control.ended !== undefined ? undefined : statusOf(control, after);
  return { ...repeat, runsAgain: status === 'ready' || status === 'pending' };
}
