import type { OpenQuestion, TaskSummary, TaskView } from '../../engine/index.ts';

/** For programs a task is told by `taskId` wherever one is named, as it is in events and in the result of a run. */
export function taskJson({ id, ...rest }: TaskSummary | TaskView): { readonly taskId: string } {
  return { taskId: id, ...rest };
}

export function questionsJson(questions: readonly OpenQuestion[]): readonly { readonly taskId: string }[] {
  return questions.map(({ task, ...rest }) => ({ taskId: task, ...rest }));
}
