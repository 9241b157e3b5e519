import type { DrawingModel } from './model.ts';
import { isAllWaiting } from './open-stages.ts';
import type { NodeMark, Overlay } from './overlay.ts';
import { edgeKey, type StageProjection, type TaskProjection } from './project-task.ts';

/** How a task went, over the drawing of its workflow. `moment` says which moment it is, where it is not the last. */
export function taskOverlay(model: DrawingModel, task: TaskProjection, moment?: string): Overlay {
  const marks = new Map<string, NodeMark>();
  for (const { id, isFailure } of model.nodes) {
    const stage = task.stages.get(id);
    // An end that fails the task is reached as it should be, but nobody would look for the failure at a green node.
    const isFailed = isFailure === true && stage?.state === 'finished';
    const note = stage === undefined ? '' : noteOf(stage);
    const isWaiting = stage?.state === 'running' && isAllWaiting(task.stages, id);
    const state = isFailed ? 'failed' : isWaiting ? 'waiting' : (stage?.state ?? 'idle');
    marks.set(id, { state, ...(note !== '' && { note }) });
  }
  const taken = model.edges.map((edge) => [edge.id, task.edges.get(edgeKey(edge)) ?? 0] as const);
  return { kind: 'task', caption: captionOf(task, moment), nodes: marks, edges: new Map(taken) };
}

function captionOf(
  { taskId, status, startedAt, endedAt, costUsd }: TaskProjection,
  moment: string | undefined,
): string {
  const length = startedAt === undefined || endedAt === undefined ? '' : durationText(endedAt - startedAt);
  const parts = [`task ${taskId}`, moment ?? '', status, length, costUsd > 0 ? costText(costUsd) : ''];
  return parts.filter((part) => part !== '').join(' · ');
}

function noteOf({ states, attempts, durationMs, costUsd }: StageProjection): string {
  const ran = [...states.values()].filter((state) => state !== 'skipped').length;
  const parts = [
    states.size > 1 && ran > 0 ? `×${ran}` : '',
    attempts > 1 ? `${attempts} attempts` : '',
    durationMs > 0 ? durationText(durationMs) : '',
    costUsd > 0 ? costText(costUsd) : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function durationText(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((milliseconds % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function costText(costUsd: number): string {
  return `$${costUsd >= 0.1 ? costUsd.toFixed(2) : costUsd.toPrecision(2)}`;
}

/** The model with what an overlay notes of its nodes, for which the layout then has room. */
export function withNotes(model: DrawingModel, { nodes }: Overlay): DrawingModel {
  const noted = model.nodes.map((node) => {
    const note = nodes.get(node.id)?.note;
    return note === undefined ? node : { ...node, note };
  });
  return { ...model, nodes: noted };
}
