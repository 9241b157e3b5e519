import type { StageCall, TaskCreation } from '../../hosts/index.ts';
import type { HookPlace } from '../../services/index.ts';

/** Where the attempt of a stage is. */
export function placeOf({ task, stage }: Pick<StageCall, 'task' | 'stage'>, agent?: string): HookPlace {
  const { node, attempt } = stage;
  return { ...taskPlace(task.creation), stage: node, attempt, ...(agent !== undefined && { agent }) };
}

export function taskPlace({
  id,
  parent,
  pipeline,
  mode,
}: Pick<TaskCreation, 'id' | 'parent' | 'pipeline' | 'mode'>): HookPlace {
  return { taskId: id, ...(parent !== undefined && { parentTaskId: parent.task }), pipeline, mode };
}
