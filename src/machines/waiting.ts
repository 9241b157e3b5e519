import type { Pending, PendingStage, PendingTimer, TaskCommand, TaskCore, TaskMessage } from './task-message.ts';
import { timerId } from './timers.ts';

/*
 * Stages that wait for an answer: feedback nodes, stages whose child tasks wait, and stages that ask a question while they are
 * under way. The time of an attempt runs while something of it is at work, and not while a person is asked.
 */

/** A task in the middle of a step: what it waits for may be changed. */
export interface Waiting {
  readonly pending: Map<string, Pending>;
  /** Of the step. */
  readonly seq: number;
  readonly at: number;
  /** Whether stages are held: none begins then. */
  readonly isPaused: boolean;
}

/** What a message does to the stages that wait or ask. */
export function moveWaiting(core: TaskCore, waiting: Waiting, message: TaskMessage): readonly TaskCommand[] {
  switch (message.kind) {
    case 'asks':
      return ask(waiting, message);
    case 'answer':
      return hear(core, waiting, message);
    case 'waits':
      return rest(core, waiting, message.node);
    case 'control':
      if (message.command === 'resume') return wake(core, waiting);
      return message.command === 'step' ? wakeAnswered(core, waiting, message.stage) : [];
    case 'timer': {
      const late = readConsentTimer(message.id);
      return late === undefined ? [] : hear(core, waiting, late);
    }
    case 'result':
      return [];
  }
}

/** Questions are told from the timers of the chart by what their timers are called. */
export function consentTimerId(node: string, question: string): string {
  return `consent ${node} ${question}`;
}

/** The other way round; nothing for the name of another timer. Ids hold no blanks. */
export function readConsentTimer(id: string): { readonly node: string; readonly question: string } | undefined {
  const [purpose, node = '', question = ''] = id.split(' ');
  return purpose === 'consent' ? { node, question } : undefined;
}

function ask(
  { pending, seq, at }: Waiting,
  { node, question, timeoutMs }: TaskMessage & { kind: 'asks' },
): readonly TaskCommand[] {
  const stage = stageAt(pending, node);
  if (stage === undefined) return [];
  pending.set(node, { ...stage, asks: [...(stage.asks ?? []), question] });
  if (timeoutMs === undefined) return [];
  const id = consentTimerId(node, question);
  const timer: PendingTimer = {
    kind: 'timer',
    token: `${seq}.${id}`,
    node,
    purpose: 'consent',
    delay_ms: timeoutMs,
    due_at: at + timeoutMs,
  };
  pending.set(id, timer);
  return [{ do: 'start_timer', id, timer }];
}

/** A question is answered, or its time is up: a stage that waits goes on at once, one at work before it waits. */
function hear(
  core: TaskCore,
  waiting: Waiting,
  { node, question }: { readonly node: string; readonly question: string },
): readonly TaskCommand[] {
  const { pending, isPaused } = waiting;
  const stage = stageAt(pending, node);
  if (stage === undefined) return [];
  const { asks = [], ...others } = stage;
  const open = asks.filter((id) => id !== question);
  const heard: PendingStage = { ...others, ...(open.length > 0 && { asks: open }), answered: true };
  pending.set(node, heard);
  const cleared = drop(pending, consentTimerId(node, question));
  return stage.waiting === true && !isPaused ? [...cleared, ...begin(core, waiting, heard)] : cleared;
}

function rest(core: TaskCore, waiting: Waiting, node: string): readonly TaskCommand[] {
  const { pending, isPaused } = waiting;
  const stage = stageAt(pending, node);
  if (stage === undefined) return [];
  if (stage.answered === true && !isPaused) return begin(core, waiting, stage);
  pending.set(node, { ...stage, waiting: true });
  return stage.asks === undefined ? [] : drop(pending, timerId('timeout', node));
}

/** Stages whose child tasks waited look after them again, and those that were answered go on; a question goes on waiting. */
export function wake(core: TaskCore, waiting: Waiting): readonly TaskCommand[] {
  return [...waiting.pending.values()].flatMap((entry): readonly TaskCommand[] => {
    if (entry.kind !== 'stage' || entry.waiting !== true || isQuestion(core, entry.node)) return [];
    return entry.asks === undefined || entry.answered === true ? begin(core, waiting, entry) : [];
  });
}

/** A step is over a stage that goes on with an answer as it is over one that was in flight. */
function wakeAnswered(core: TaskCore, waiting: Waiting, node: string | undefined): readonly TaskCommand[] {
  const stage = node === undefined ? undefined : stageAt(waiting.pending, node);
  return stage?.waiting === true && stage.answered === true ? begin(core, waiting, stage) : [];
}

/** The attempt goes on, with its whole time for it. */
function begin(
  { graph }: TaskCore,
  { pending, seq, at }: Omit<Waiting, 'isPaused'>,
  { waiting: _waiting, answered: _answered, ...stage }: PendingStage,
): readonly TaskCommand[] {
  const { node } = stage;
  pending.set(node, stage);
  const id = timerId('timeout', node);
  const timeoutMs = graph.byId.get(node)?.timeoutMs;
  if (timeoutMs === undefined || pending.has(id)) return [{ do: 'run_stage', stage }];
  const timer: PendingTimer = {
    kind: 'timer',
    token: `${seq}.${id}`,
    node,
    purpose: 'timeout',
    due_at: at + timeoutMs,
  };
  pending.set(id, timer);
  return [
    { do: 'run_stage', stage },
    { do: 'start_timer', id, timer },
  ];
}

/** Of a task that begins as a copy of another: what was asked was about calls that it makes itself, so it asks anew. */
export function forgetQuestions(core: TaskCore, waiting: Waiting): void {
  for (const entry of waiting.pending.values()) {
    if (entry.kind !== 'stage' || (entry.asks === undefined && entry.answered === undefined)) continue;
    const { asks: _asks, ...stage } = entry;
    begin(core, waiting, stage);
  }
  dropUnasked(waiting.pending);
}

/** Deadlines of questions whose stage asks them no more. */
export function dropUnasked(pending: Map<string, Pending>): readonly TaskCommand[] {
  const commands: TaskCommand[] = [];
  for (const [id, entry] of pending) {
    if (entry.kind !== 'timer' || entry.purpose !== 'consent') continue;
    const question = readConsentTimer(id)?.question ?? '';
    const isAsked = stageAt(pending, entry.node)?.asks?.includes(question) === true;
    if (!isAsked) commands.push(...drop(pending, id));
  }
  return commands;
}

function drop(pending: Map<string, Pending>, id: string): readonly TaskCommand[] {
  return pending.delete(id) ? [{ do: 'clear_timer', id }] : [];
}

function stageAt(pending: ReadonlyMap<string, Pending>, node: string): PendingStage | undefined {
  const stage = pending.get(node);
  return stage?.kind === 'stage' ? stage : undefined;
}

function isQuestion({ graph }: TaskCore, node: string): boolean {
  return graph.byId.get(node)?.type === 'feedback';
}

/** Whether a stage waits for answers to questions that it asked while it was under way, and has none of them yet. */
export function isAsking({ waiting, asks, answered }: PendingStage): boolean {
  return waiting === true && asks !== undefined && answered !== true;
}

/** Deadlines run on while a stage waits; a wait for the next attempt is work to come. */
export function isAllWaiting(pending: ReadonlyMap<string, Pending>): boolean {
  return [...pending.values()].every((entry) =>
    entry.kind === 'stage' ? entry.waiting === true : entry.purpose !== 'retry',
  );
}
