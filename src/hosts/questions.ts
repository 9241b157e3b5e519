import type { Answer, Question } from '../manifest-compiler/index.ts';
import type { Pending, PendingStage } from '../machines/index.ts';
import { scopeFor } from './stage-scope.ts';
import type { TaskRecord } from './task-record.ts';

/** A question of a task that waits for its answer. */
export interface OpenQuestion {
  /** The task that asks: the one that was run, or a child task of it. */
  readonly task: string;
  readonly stage: string;
  readonly question: Question;
  /** Until when an answer is waited for, in milliseconds since the epoch; absent: for ever. */
  readonly due_at?: number;
}

/** The questions that a task itself asks, in the order in which they were asked. */
export function openQuestions(task: TaskRecord): readonly OpenQuestion[] {
  const { pending } = task.state;
  return [...pending.values()].flatMap((stage): readonly OpenQuestion[] => {
    const question = stage.kind === 'stage' && stage.waiting === true ? questionOf(task, stage) : undefined;
    if (question === undefined) return [];
    const deadline = [...pending.values()].find(({ kind, node }) => kind === 'timer' && node === stage.node);
    return [
      {
        task: task.creation.id,
        stage: stage.node,
        question,
        ...(deadline?.kind === 'timer' && { due_at: deadline.due_at }),
      },
    ];
  });
}

/** What a stage asks; nothing for a stage that asks nobody. Throws a failure when an expression fails. */
function questionOf(task: TaskRecord, stage: Pick<PendingStage, 'node' | 'arrivals'>): Question | undefined {
  const work = task.runnable.pipeline.programs.get(stage.node)?.plan(scopeFor(task, stage));
  return work?.kind === 'feedback' ? work.question : undefined;
}

/** The answer that a stage takes when none came in time; nothing for a stage whose time being up is a failure. */
export function defaultAnswer(task: TaskRecord, stage: Pending | undefined): Answer | null | undefined {
  if (stage?.kind !== 'stage' || task.runnable.core.graph.byId.get(stage.node)?.onTimeout !== 'done') return undefined;
  try {
    return questionOf(task, stage)?.default ?? null;
  } catch {
    return null; // an expression that held when the question was asked, and no longer does
  }
}
