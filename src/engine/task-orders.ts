import { EngineError, isEngineError } from '../errors/index.ts';
import {
  concludeTask,
  ConsentAnswer,
  nextStep,
  rootOf,
  type DistantOrder,
  type GivenAnswer,
  type Host,
  type TaskRecord,
  type TaskResult,
} from '../hosts/index.ts';
import { isTaskOver } from '../machines/index.ts';
import { readAnswerTo, type AnswerOptions } from './answers.ts';
import { readBreakpoints } from './breakpoints.ts';
import { runTask, withCleanUp } from './carry-on.ts';
import type { TasksContext } from './tasks-context.ts';
import { takeLatest } from './history/time-travel.ts';

export interface StepOptions {
  /** One of the stages that are held. Default: the one that has waited longest. */
  readonly stage?: string;
}

export interface ResumeOptions {
  /** Goes on with the manifests of today. Default: with those it has. */
  readonly latest?: boolean;
}

/**
 * Orders to tasks. When another process is at work on a task they are handed to that, and the promise resolves when it has
 * taken the order, with the task as it stands then. Throws TASK_BUSY when it does not answer.
 */
export interface TaskOrders {
  /**
   * As `runTask`: a task of an earlier process goes on after its last finished stage. It keeps the manifests it has; with
   * `latest` it goes on with those of today, as `planMigration` says. Throws TASK_ALREADY_OVER, TASK_MIGRATION_REFUSED.
   */
  resumeTask(id: string, options?: ResumeOptions): Promise<TaskResult>;
  /**
   * Lets one stage that is held run to its end, with its attempts and its child tasks: the one that is named, else the one
   * that has waited longest. Resolves when the task rests again. Throws TASK_STAGE_NOT_HELD, TASK_NOT_PAUSED, TASK_ALREADY_OVER.
   */
  stepTask(id: string, options?: StepOptions): Promise<TaskResult>;
  /**
   * Sets the breakpoints of a task, instead of those it has. It pauses when the turn of such a node comes, or such an edge is
   * taken; `resumeTask` goes past that. Throws TASK_BREAKPOINT_UNKNOWN, TASK_ALREADY_OVER.
   */
  setBreakpoints(id: string, breakpoints: readonly string[]): Promise<void>;
  /**
   * Lets stages at work end and starts no new ones; the promise of `runTask` then resolves with status paused. Throws
   * TASK_NOT_AT_WORK, TASK_ALREADY_OVER.
   */
  pauseTask(id: string): Promise<void>;
  /**
   * Answers the question of a task and carries the task on, as `runTask` does, unless it is paused. A value is an action with what belongs to
   * it (`{ action: 'edit', value, comment }`), `approve`, `reject`, or simply the answer; whether a tool may run is answered with
   * `{ action: 'allow' | 'deny', remember, comment }`. Throws TASK_NOT_WAITING,
   * TASK_ANSWER_INVALID.
   */
  answer(id: string, value: unknown, options?: AnswerOptions): Promise<TaskResult>;
  /** Ends the task, at work or at rest, and stops what is at work. Throws TASK_ALREADY_OVER. */
  cancelTask(id: string): Promise<TaskResult>;
}

export function createTaskOrders(context: TasksContext): TaskOrders {
  const { host } = context;
  const order = async (
    id: string,
    distant: () => DistantOrder,
    here: () => Promise<TaskResult>,
  ): Promise<TaskResult> => {
    const result = await host.doOrSend({ taskId: id, order: distant, here });
    return result === 'taken' ? concludeTask(host.view(id)) : result;
  };
  return {
    async resumeTask(id, { latest = false } = {}) {
      const task = host.view(id);
      if (isTaskOver(task.state.status)) throw alreadyOver(task);
      if (latest) takeLatest(context, id);
      const resume = (): Promise<TaskResult> => runTask(context, id, () => host.run(id, { isFreed: true }));
      // A task that runs elsewhere has nothing to be told.
      return task.state.status === 'paused' ? order(id, () => ({ command: 'resume' }), resume) : resume();
    },
    stepTask: (id, { stage } = {}) =>
      order(
        id,
        () => nextStep(host.view(id), stage),
        () => runTask(context, id, () => host.step(id, stage)),
      ),
    async setBreakpoints(id, names) {
      const breakpoints = readBreakpoints(host.view(id).runnable.core.graph, names);
      await host.doOrSend({
        taskId: id,
        order: () => ({ command: 'break', breakpoints: [...breakpoints] }),
        here: async () => host.setBreakpoints(id, breakpoints),
      });
    },
    async pauseTask(id) {
      const here = async (): Promise<void> => host.control(id, 'pause');
      await host.doOrSend({ taskId: id, order: () => ({ command: 'pause' }), here });
    },
    answer: (id, value, options = {}) => giveAnswer(context, id, { value, ...options }),
    cancelTask: (id) =>
      order(
        id,
        () => ({ command: 'cancel' }),
        () => withCleanUp(context, id, host.cancel(id)),
      ),
  };
}

async function giveAnswer(
  context: TasksContext,
  id: string,
  given: AnswerOptions & { readonly value: unknown },
): Promise<TaskResult> {
  const { host, definitions, now } = context;
  const compiledFor: Parameters<typeof readAnswerTo>[0]['compiledFor'] = (task) =>
    definitions.get(host.view(task).creation.definition).compiled;
  const { task, likeness, ...answer } = readAnswerTo({ host, compiledFor, now }, id, given);
  const root = rootOf(id);
  const taken = await handOver(host, task, answer);
  if (likeness !== undefined) await answerLike(host, root, { likeness, output: answer.output });
  const answered = host.view(root);
  // A task that was paused is to be stepped or resumed; an answer is neither.
  const isHeld = answered.state.status === 'paused' && !host.isAtWork(root);
  return taken === 'taken' || isHeld ? concludeTask(answered) : runTask(context, root);
}

async function handOver(host: Host, taskId: string, answer: GivenAnswer): Promise<'taken' | void> {
  return host.doOrSend({
    taskId,
    order: () => ({ command: 'answer', ...answer }),
    here: async () => host.answer(taskId, answer),
  });
}

interface RememberedAnswer {
  readonly likeness: string;
  readonly output: unknown;
}

/** An answer that is remembered is one to the like calls that are asked about already. */
async function answerLike(host: Host, root: string, { likeness, output }: RememberedAnswer): Promise<void> {
  const remembered = { ...ConsentAnswer.parse(output), by: 'remembered' };
  for (const { task, stage, consent } of host.questions(root)) {
    if (consent?.likeness !== likeness) continue;
    try {
      await handOver(host, task, { stage, question: consent.id, output: remembered });
    } catch (error) {
      if (!isEngineError(error) || error.code !== 'TASK_NOT_WAITING') throw error; // it was answered meanwhile
    }
  }
}

function alreadyOver(task: TaskRecord): EngineError {
  const { id } = task.creation;
  return new EngineError('TASK_ALREADY_OVER', `Task "${id}" is over: it is ${concludeTask(task).status}.`, {
    hint: `See it with: agent-engine show ${id}`,
  });
}
