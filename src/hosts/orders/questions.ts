import { failureOf } from '../../errors/index.ts';
import type { Answer, Question } from '../../manifest-compiler/index.ts';
import { consentTimerId, type Pending, type PendingStage } from '../../machines/index.ts';
import type { ConsentAnswer, ConsentQuestion } from '../consent.ts';
import { openConsents } from './consents.ts';
import { scopeFor } from '../work/stage-scope.ts';
import type { TaskRecord } from '../task-record.ts';

/** Whether a tool may run is answered with these. */
export type ConsentAction = ConsentAnswer['action'];

/** What a feedback node asks, or a stage under way. */
export type AskedQuestion = Omit<Question, 'actions'> & {
  readonly actions: readonly (Question['actions'][number] | ConsentAction)[];
};

/** A question of a task that waits for its answer. */
export interface OpenQuestion {
  /** The task that asks: the one that was run, or a child task of it. */
  readonly task: string;
  readonly stage: string;
  readonly question: AskedQuestion;
  /** What is to be allowed, where the question is whether a tool may run. */
  readonly consent?: ConsentQuestion;
  /** Until when an answer is waited for, in milliseconds since the epoch; absent: for ever. */
  readonly due_at?: number;
}

/** The questions of several tasks. A child asks nothing any more when the attempt that started it is over. */
export function questionsOf(
  ids: readonly string[],
  recordOf: (taskId: string) => TaskRecord | undefined,
): readonly OpenQuestion[] {
  const known = new Map<string, TaskRecord | undefined>(); // reading a task back takes a while
  const find = (id: string): TaskRecord | undefined => {
    const task = known.has(id) ? known.get(id) : recordOf(id);
    known.set(id, task);
    return task;
  };
  return ids.flatMap((id) => {
    const task = find(id);
    const questions = task === undefined ? [] : openQuestions(task);
    return task !== undefined && questions.length > 0 && isWanted(task, find) ? questions : [];
  });
}

/** Whether the stages above a child task still wait for it. */
function isWanted({ creation: { parent } }: TaskRecord, find: (id: string) => TaskRecord | undefined): boolean {
  if (parent === undefined) return true;
  const above = find(parent.task);
  const stage = above?.state.pending.get(parent.node);
  return above !== undefined && stage?.kind === 'stage' && stage.attempt === parent.attempt && isWanted(above, find);
}

/** The questions that a task itself asks, in the order in which they were asked. */
function openQuestions(task: TaskRecord): readonly OpenQuestion[] {
  const { creation, state, asked } = task;
  const { pending } = state;
  return [...pending.values()].flatMap((stage): readonly OpenQuestion[] => {
    if (stage.kind === 'stage' && stage.asks !== undefined) return consentsAsked(task, stage);
    const question = stage.kind === 'stage' ? asked.get(stage.node) : undefined;
    if (question === undefined || !isAsked(task, stage)) return [];
    const deadline = [...pending.values()].find(({ kind, node }) => kind === 'timer' && node === stage.node);
    return [
      {
        task: creation.id,
        stage: stage.node,
        question,
        ...(deadline?.kind === 'timer' && { due_at: deadline.due_at }),
      },
    ];
  });
}

function consentsAsked(task: TaskRecord, stage: PendingStage): readonly OpenQuestion[] {
  return openConsents(task, stage).map((consent) => consentAsked(task, stage, consent));
}

function consentAsked({ creation, state }: TaskRecord, { node }: PendingStage, consent: ConsentQuestion): OpenQuestion {
  const timer = state.pending.get(consentTimerId(node, consent.id));
  const { tool, arguments: shown, command, agent, reason, override } = consent;
  const whose = agent === undefined ? '' : ` for agent "${agent}"`;
  return {
    task: creation.id,
    stage: node,
    question: {
      text: override === undefined ? `May the tool "${tool}" run${whose}?` : `May an override ${override}?`,
      input: { ...(command !== undefined && { command }), arguments: shown, ...(reason !== undefined && { reason }) },
      actions: ['allow', 'deny'],
    },
    consent,
    ...(timer?.kind === 'timer' && { due_at: timer.due_at }),
  };
}

/**
 * Keeps what a stage asks. Later it may no longer be known: stages that it names can end while it waits. A question whose
 * expression fails is none: the stage fails when it is run.
 */
export function noteQuestion(task: TaskRecord, stage: PendingStage): void {
  if (!isQuestion(task, stage)) return;
  try {
    const work = task.runnable.pipeline.programs.get(stage.node)?.plan(scopeFor(task, stage));
    if (work?.kind === 'feedback') task.asked.set(stage.node, work.question);
  } catch (error) {
    if (failureOf(error) === undefined) throw error;
  }
}

/** Stages that have not asked yet: those of a task that begins, and those whose failure to ask was not written any more. */
export function stagesToAsk(task: TaskRecord): readonly PendingStage[] {
  return [...task.state.pending.values()].flatMap((stage) =>
    stage.kind === 'stage' && isQuestion(task, stage) && !isAsked(task, stage) ? [stage] : [],
  );
}

/** Whether a stage waits for an answer. */
export function isAsked({ state, asked }: TaskRecord, { node }: Pick<PendingStage, 'node'>): boolean {
  return state.status !== 'pending' && asked.has(node);
}

function isQuestion({ runnable }: TaskRecord, { node }: Pick<PendingStage, 'node'>): boolean {
  return runnable.core.graph.byId.get(node)?.type === 'feedback';
}

/** The answer that a stage takes when none came in time; nothing for a stage whose time being up is a failure. */
export function defaultAnswer(task: TaskRecord, stage: Pending | undefined): Answer | null | undefined {
  if (stage?.kind !== 'stage' || task.runnable.core.graph.byId.get(stage.node)?.onTimeout !== 'done') return undefined;
  return task.asked.get(stage.node)?.default ?? null;
}

/** What is told of an answer. */
export function actionOf(output: unknown): { readonly action?: string } {
  const action = typeof output === 'object' && output !== null && 'action' in output ? output.action : undefined;
  return typeof action === 'string' ? { action } : {};
}
