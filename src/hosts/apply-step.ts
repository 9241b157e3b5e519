import type { Failure } from '../errors/index.ts';
import {
  controlChanges,
  isAsking,
  type ControlChanges,
  type Delivered,
  type Pending,
  type TaskMessage,
} from '../machines/index.ts';
import type { StageResult } from './work/stage-runner.ts';
import type { ConsentAnswer, ConsentQuestion } from './consent.ts';
import type { RoutingDecision } from '../services/index.ts';
import { decisionsIn } from './decisions.ts';
import { noteEnds } from './end-outputs.ts';
import { noteConsent, noteLateConsent } from './orders/consents.ts';
import { defaultAnswer, noteQuestion } from './orders/questions.ts';
import type { StageUsage, TaskRecord } from './task-record.ts';
import { noteBeginning, noteIdleTime } from './stage-times.ts';
import { noteChanges, noteResult, noteSpent, noteStart } from './trace.ts';

/** What came in for a task: a message for the reducer, and the result that it stands for. */
export interface Delivery {
  readonly message: TaskMessage;
  readonly result?: StageResult;
  /** What is told of the answer that the result is. */
  readonly answer?: { readonly action?: string };
  /** What a stage under way asks, and what it is answered. */
  readonly asked?: ConsentQuestion;
  readonly consent?: ConsentAnswer;
  /** What attempts have spent that the message stops, by node. */
  readonly spent?: Readonly<Record<string, StageUsage>>;
  /** Nobody was at work on the task since the message before. */
  readonly afterRest?: true;
}

export interface Step {
  readonly delivery: Delivery;
  readonly delivered: Delivered;
  readonly at: number;
}

/** What a step changed, and what was decided in it. */
export interface AppliedStep extends ControlChanges {
  readonly decisions: readonly RoutingDecision[];
}

/** Brings state and trace of a task up to date. A replay of the journal does this and nothing else. */
export function applyStep(task: TaskRecord, { delivery, delivered, at }: Step): AppliedStep {
  const { message, result, spent = {}, afterRest } = delivery;
  const before = task.state;
  task.state = delivered.state;
  if (afterRest === true) noteIdleTime(task, before.pending, at);
  task.steppedAt = at;
  if (message.kind === 'control' && message.command === 'start') noteBeginning(task, at);
  if (message.kind === 'result' && result !== undefined) noteResult(task, message.node, result);
  if (message.kind === 'control' && message.command === 'expire') task.isExpired = true;
  noteConsent(task, delivery);
  if (message.kind === 'waits') noteRest(task, message.node);
  if (message.kind === 'timer') noteTimer(task, before.pending, message.id);
  for (const [node, usage] of Object.entries(spent)) noteSpent(task, node, usage);
  const changes = controlChanges(
    task.runnable.core.graph,
    before.snapshot.context.control,
    task.state.snapshot.context.control,
  );
  noteChanges(task, changes, at);
  noteEnds(task, changes);
  const known = task.decisions.length;
  task.decisions.push(...decisionsIn(task, changes));
  noteCommands(task, delivered, at);
  return { ...changes, decisions: task.decisions.slice(known) };
}

/** Stages that a step started, or put off to another attempt. */
export function noteCommands(task: TaskRecord, delivered: Delivered, at: number): void {
  for (const command of delivered.commands) {
    if (command.do === 'run_stage') {
      noteStart(task, command.stage, at);
      noteQuestion(task, command.stage);
    } else if (command.do === 'start_timer' && command.timer.purpose === 'retry')
      markRetrying(task, command.timer.node);
  }
}

function markRetrying(task: TaskRecord, node: string): void {
  const record = task.trace.get(node);
  if (record !== undefined) record.status = 'retrying';
}

/** A stage that waits because it asks something is shown as waiting. */
function noteRest(task: TaskRecord, node: string): void {
  const stage = task.state.pending.get(node);
  const record = task.trace.get(node);
  if (record !== undefined && stage?.kind === 'stage' && isAsking(stage)) record.status = 'waiting';
}

function noteTimer(task: TaskRecord, before: ReadonlyMap<string, Pending>, id: string): void {
  const pending = before.get(id);
  if (pending?.kind === 'timer' && pending.purpose === 'consent') noteLateConsent(task, id);
  if (pending?.kind !== 'timer' || pending.purpose !== 'timeout') return;
  const answer = defaultAnswer(task, before.get(pending.node));
  if (answer !== undefined) {
    noteResult(task, pending.node, { ok: true, output: answer });
    return;
  }
  const timeoutMs = task.runnable.core.graph.byId.get(pending.node)?.timeoutMs ?? 0;
  const failure: Failure = {
    code: 'timeout.attempt',
    message: `Stage "${pending.node}" took longer than ${timeoutMs} ms.`,
  };
  noteResult(task, pending.node, { ok: false, failure });
}
