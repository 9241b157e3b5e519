import type { FailureSignature } from '../errors/index.ts';
import { isTaskOver, type ControlChanges, type GraphEdge, type TaskState, type TaskStatus } from '../machines/index.ts';
import type { EventData, RoutingDecision } from '../services/index.ts';
import type { AppliedStep, Delivery, Step } from './apply-step.ts';
import { consentFacts } from './consent-facts.ts';
import { stageDurationMs } from './stage-times.ts';
import type { TaskFact } from './task-fact.ts';
import type { StageRecord, TaskRecord } from './task-record.ts';

/** What is told of one step of the reducer, at the time and from the journal; that the task is over is told when it is concluded. */
export function stepFacts(
  task: TaskRecord,
  { before, ...step }: Step & { readonly before: TaskState },
  changes: AppliedStep,
): readonly TaskFact[] {
  const { delivery, at } = step;
  return [...factsOf(task, step, changes), ...statusFacts(task, { delivery, before, at })];
}

/** What became of nodes, which edges were taken, that it is safe, what follows. */
function factsOf(task: TaskRecord, { delivery, delivered, at }: Step, changes: AppliedStep): readonly TaskFact[] {
  const { message } = delivery;
  if (message.kind === 'control' && message.command === 'start') return firstFacts(task);
  const facts: TaskFact[] = [];
  if (message.kind === 'result' && delivery.answer !== undefined)
    facts.push({ type: 'feedback.received', node: message.node, data: delivery.answer });
  facts.push(...consentFacts(task, delivery));
  facts.push(...nodeFacts(task, changes.nodes));
  for (const decision of changes.decisions) if (decision.kind !== 'agent') facts.push(decisionFact(decision));
  for (const { edge, token } of changes.edges) if (token === 'live') facts.push(edgeFact(edge));
  facts.push({ type: 'checkpoint.written', data: {} });
  facts.push(...startFacts(task, { delivered, at }, changes.decisions));
  return facts;
}

/** What became of nodes that are resolved. */
export function nodeFacts(task: TaskRecord, nodes: ControlChanges['nodes']): readonly TaskFact[] {
  return nodes.flatMap(({ node, status }) =>
    status === 'pending' || status === 'ready' ? [] : [endFact(task, node.id, status)],
  );
}

/** That a stage asks, and rests until it is answered. */
function questionFacts({ asked }: TaskRecord, node: string): readonly TaskFact[] {
  const question = asked.get(node);
  if (question === undefined) return [];
  return [{ type: 'feedback.requested', node, data: { actions: [...question.actions] } }];
}

/** A task that starts has waited with the stages that it starts with. */
function firstFacts(task: TaskRecord): readonly TaskFact[] {
  return [{ type: 'task.started', data: {} }, { type: 'checkpoint.written', data: {} }, ...pendingFacts(task)];
}

/** Stages that begin with the task itself. */
export function pendingFacts(task: TaskRecord): readonly TaskFact[] {
  const facts: TaskFact[] = [];
  for (const pending of task.state.pending.values()) {
    if (pending.kind !== 'stage') continue;
    const { node, attempt } = pending;
    facts.push(...agentFacts(task.decisions, node), startFact(task, node, attempt), ...questionFacts(task, node));
  }
  return facts;
}

/** Stages that a step started or put off. */
function startFacts(
  task: TaskRecord,
  { delivered, at }: Pick<Step, 'delivered' | 'at'>,
  decisions: readonly RoutingDecision[],
): readonly TaskFact[] {
  return delivered.commands.flatMap((command): readonly TaskFact[] => {
    if (command.do === 'run_stage') {
      const { node, attempt } = command.stage;
      return [...agentFacts(decisions, node), startFact(task, node, attempt), ...questionFacts(task, node)];
    }
    if (command.do !== 'start_timer' || command.timer.purpose !== 'retry') return [];
    return retryFact(task, command.timer.node, command.timer.due_at - at);
  });
}

/** Who answers at a stage, where that was decided. */
function agentFacts(decisions: readonly RoutingDecision[], node: string): readonly TaskFact[] {
  return decisions.flatMap((decision) =>
    decision.kind === 'agent' && decision.at === node ? [decisionFact(decision)] : [],
  );
}

function decisionFact(decision: RoutingDecision): TaskFact {
  return { type: 'routing.decided', node: decision.at, data: decision };
}

function edgeFact(edge: GraphEdge): TaskFact {
  const { from, to, kind, choice } = edge;
  const data = { from: from.id, to: to.id, edgeType: kind, ...(choice !== undefined && { condition: choice }) };
  return { type: 'edge.taken', data };
}

function endFact(task: TaskRecord, node: string, status: 'done' | 'failed' | 'skipped' | 'cancelled'): TaskFact {
  if (status === 'skipped') return { type: 'stage.skipped', node, data: {} };
  if (status === 'cancelled') return { type: 'stage.cancelled', node, data: {} };
  const record = task.trace.get(node);
  const common = {
    attempt: record?.attempt ?? 0,
    durationMs: record === undefined ? 0 : stageDurationMs(record),
    ...variantOf(record),
  };
  const { failure, choice } = record ?? {};
  // An end whose output could not be worked out has failed, and the kernel takes it for done.
  if (record?.status === 'failed' && failure !== undefined) {
    return { type: 'stage.failed', node, data: { ...common, failure: withoutDetails(failure) } };
  }
  return { type: 'stage.finished', node, data: { ...common, ...(choice !== undefined && { choice }) } };
}

function startFact(task: TaskRecord, node: string, attempt: number): TaskFact {
  const record = task.trace.get(node);
  return {
    type: 'stage.started',
    node,
    data: { nodeType: record?.node_type ?? 'unknown', attempt, ...variantOf(record) },
  };
}

/** Tells runs with different agents apart. */
function variantOf(record: StageRecord | undefined): { agent?: string; variant?: string } {
  const { agent, variant } = record ?? {};
  return { ...(agent !== undefined && { agent }), ...(variant !== undefined && { variant }) };
}

function retryFact(task: TaskRecord, node: string, delayMs: number): readonly TaskFact[] {
  const record = task.trace.get(node);
  if (record?.failure === undefined) return [];
  const { attempt, failure } = record;
  return [
    {
      type: 'stage.retrying',
      node,
      data: { attempt, delayMs: Math.max(0, delayMs), failure: withoutDetails(failure), ...variantOf(record) },
    },
  ];
}

interface StatusChange {
  readonly delivery: Delivery;
  readonly before: TaskState;
  readonly at: number;
}

/** That a step had a task rest or go on. */
function statusFacts(task: TaskRecord, { delivery, before, at }: StatusChange): readonly TaskFact[] {
  const { status } = task.state;
  if (status === 'waiting') return []; // the question tells that
  const isTakenUp = delivery.message.kind === 'control' && delivery.message.command === 'resume';
  if (before.status === 'pending' && status !== 'paused') return [];
  // An answer at rest is told by itself, and whoever takes the task up then tells that it goes on.
  const isAnswer = delivery.answer !== undefined || delivery.message.kind === 'answer';
  if (before.status === 'waiting' && status === 'running' && isAnswer) return [];
  if (isTaskOver(status) || (status === before.status && !isTakenUp)) return [];
  return [statusFact(task, status, at)];
}

/** The fact that a task came to rest, went on, or is over. */
export function statusFact(task: TaskRecord, status: TaskStatus, at: number): TaskFact {
  const durationMs = Math.max(0, at - task.creation.created_at);
  const [failure] = task.result?.failures ?? [];
  switch (status) {
    case 'pending':
    case 'running':
    case 'waiting':
      return { type: 'task.resumed', data: {} };
    case 'paused':
      return { type: 'task.paused', data: pauseReason(task) };
    case 'completed':
    case 'partial':
      return { type: 'task.completed', data: { status, durationMs } };
    case 'cancelled':
      return { type: 'task.cancelled', data: { durationMs } };
    case 'failed':
      return {
        type: 'task.failed',
        data: { durationMs, ...(failure !== undefined && { failure: withoutDetails(failure) }) },
      };
  }
}

function pauseReason({ state }: TaskRecord): EventData<'task.paused'> {
  const { stoppedAt } = state.snapshot.context.gate;
  return stoppedAt === undefined ? {} : { reason: `breakpoint ${stoppedAt}` };
}

/** Details hold what models and programs said; that stays on the task and out of telemetry. */
function withoutDetails({ details: _details, ...failure }: FailureSignature): FailureSignature {
  return failure;
}
