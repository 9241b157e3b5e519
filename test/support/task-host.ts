import fc from 'fast-check';
import {
  createTableStepper,
  deliverMessage,
  isTaskOver,
  resumeCommands,
  submitTask,
  type Delivered,
  type PendingStage,
  type PendingTimer,
  type StageEnd,
  type TaskCommand,
  type TaskCore,
  type TaskMessage,
  type TaskState,
} from '../../src/machines/index.ts';
import { breakpointSets, chosenBreakpoints } from './breakpoint-choice.ts';
import { picked, scriptedOutcome, scripts, type Script } from './workflow-script.ts';
import { compileWorkflow, planWorkflow } from './workflow-subject.ts';
import type { WorkflowSpec } from '../../src/manifest/index.ts';

/*
 * A host that only pretends, one level up: it carries out the commands of the task reducer and nothing else, and sends
 * whatever the world may send, late and double messages among them.
 */

/** What the world does at a moment. */
export type Happening = 'end' | 'fail' | 'fire' | 'wait' | 'late' | 'pause' | 'resume' | 'step' | 'break' | 'cancel';

export interface TaskPlan {
  readonly script: Script;
  readonly limit: number;
  readonly paused: boolean;
  /** By number: those of the beginning, and those of each order to set others. */
  readonly breakpoints: readonly (readonly number[])[];
  readonly happenings: readonly Happening[];
}

const usual = [
  'end',
  'end',
  'end',
  'end',
  'fail',
  'fire',
  'wait',
  'wait',
  'late',
  'pause',
  'resume',
  'step',
  'break',
] as const;

export const taskPlans: fc.Arbitrary<TaskPlan> = fc.record({
  script: scripts,
  limit: fc.integer({ min: 1, max: 4 }),
  paused: fc.boolean(),
  breakpoints: breakpointSets,
  happenings: fc.array(fc.constantFrom<Happening>(...usual, ...usual, ...usual, 'cancel'), {
    maxLength: 40,
    size: 'max',
  }),
});

/** What a host that carries out commands has in hand, by token. */
export interface Hands {
  readonly running: ReadonlyMap<string, PendingStage>;
  /** Stages that the host looks after no more, until it is told to run them again. */
  readonly resting: ReadonlySet<string>;
  readonly timers: ReadonlyMap<string, PendingTimer>;
}

export interface TaskMoment {
  readonly state: TaskState;
  readonly commands: readonly TaskCommand[];
  readonly hands: Hands;
  readonly isPaused: boolean;
  readonly isStale: boolean;
  readonly at: number;
}

interface Life {
  readonly core: TaskCore;
  readonly workflow: WorkflowSpec;
  readonly plan: TaskPlan;
  readonly used: TaskMessage[];
  state: TaskState;
  hands: Hands;
  isPaused: boolean;
  at: number;
}

/** The core of a workflow, stepped by XState or by the table. */
export function taskCore(workflow: WorkflowSpec, by: 'xstate' | 'table'): TaskCore {
  if (by === 'table') {
    const { graph } = planWorkflow(workflow);
    return { graph, stepper: createTableStepper(graph) };
  }
  const { graph, stepper } = compileWorkflow(workflow);
  return { graph, stepper };
}

/** Plays a task until it is over, and shows every moment of it. */
export function playMessages(
  core: TaskCore,
  subject: { readonly workflow: WorkflowSpec; readonly plan: TaskPlan },
  watch: (moment: TaskMoment) => void,
): TaskState {
  const { workflow, plan } = subject;
  const breakpoints = chosenBreakpoints(core.graph, plan.breakpoints[0]);
  const first = submitTask(core, { seed: 'a task', maxParallel: plan.limit, paused: plan.paused, breakpoints }, 0);
  const isPaused = first.state.snapshot.context.gate.paused;
  const hands = carryOut({ running: new Map(), resting: new Set(), timers: new Map() }, first.commands);
  const life: Life = { core, workflow, plan, used: [], state: first.state, hands, isPaused, at: 0 };
  watch({ ...first, hands, isPaused, isStale: false, at: 0 });
  if (!isTaskOver(life.state.status)) take(life, { kind: 'control', command: 'start' }, watch);
  for (let count = 0; !isTaskOver(life.state.status); count += 1) {
    if (count > 1_000) throw new Error('The task does not come to its end.');
    take(life, messageAt(life, count), watch);
  }
  return life.state;
}

function take(life: Life, message: TaskMessage, watch: (moment: TaskMoment) => void): void {
  life.at += 10;
  const delivered = deliverMessage(life.core, life.state, { message, at: life.at });
  const isStale = delivered === 'stale';
  if (!isStale) accept(life, message, delivered);
  const { state, hands, isPaused, at } = life;
  watch({ state, commands: isStale ? [] : delivered.commands, hands, isPaused, isStale, at });
}

function accept(life: Life, message: TaskMessage, delivered: Delivered): void {
  life.state = delivered.state;
  life.hands = carryOut(withoutMessage(life.hands, message), delivered.commands);
  if (delivered.state.snapshot.context.gate.stoppedAt !== undefined) life.isPaused = true;
  if (message.kind !== 'control') life.used.push(message);
  else if (message.command === 'pause' || message.command === 'resume') life.isPaused = message.command === 'pause';
}

/** What a message speaks of has happened: the stage has ended, the timer has fired, or the stage rests. */
function withoutMessage({ running, resting, timers }: Hands, message: TaskMessage): Hands {
  if (message.kind === 'control') return { running, resting, timers };
  const gone = <Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
    new Map([...map].filter(([token]) => token !== message.token));
  if (message.kind === 'waits') return { running, resting: new Set([...resting, message.token]), timers };
  return {
    running: gone(running),
    resting: new Set([...resting].filter((token) => token !== message.token)),
    timers: gone(timers),
  };
}

/** Carries commands out. Throws when one makes no sense. */
function carryOut(hands: Hands, commands: readonly TaskCommand[]): Hands {
  const running = new Map(hands.running);
  const resting = new Set(hands.resting);
  const timers = new Map(hands.timers);
  for (const command of commands) {
    switch (command.do) {
      case 'run_stage':
        must(!running.has(command.stage.token) || resting.delete(command.stage.token), command);
        running.set(command.stage.token, command.stage);
        break;
      case 'abort_stage':
        must(running.delete(command.stage.token), command);
        resting.delete(command.stage.token);
        break;
      case 'start_timer':
        must(!timers.has(command.timer.token), command);
        timers.set(command.timer.token, command.timer);
        break;
      case 'clear_timer':
        must(dropTimer(timers, command.id), command);
        break;
      case 'finish':
        must(running.size + timers.size === 0, command);
        break;
    }
  }
  return { running, resting, timers };
}

function must(isRight: boolean, command: TaskCommand): void {
  if (!isRight) throw new Error(`A host cannot carry out ${JSON.stringify(command)}.`);
}

function dropTimer(timers: Map<string, PendingTimer>, id: string): boolean {
  const token = [...timers.keys()].find((key) => key.endsWith(`.${id}`));
  return token !== undefined && timers.delete(token);
}

/** The next message; where the plan wants something that cannot be, a stage ends. */
function messageAt(life: Life, count: number): TaskMessage {
  const { hands, plan } = life;
  const happening = plan.happenings[count] ?? 'end';
  if (happening === 'break') {
    const numbers = plan.breakpoints[count % plan.breakpoints.length];
    return { kind: 'control', command: 'break', breakpoints: chosenBreakpoints(life.core.graph, numbers) };
  }
  if (isOrder(happening)) return { kind: 'control', command: happening };
  if (happening === 'late' && life.used[0] !== undefined) return life.used[0];
  const timers = inOrder(hands.timers);
  if (happening === 'fire' && timers.length > 0) return firing(picked(plan.script, count, timers));
  const stages = inOrder(hands.running);
  const isTroubled = happening === 'wait' || happening === 'fail';
  if (isTroubled && stages.length > 0) return troubled(picked(plan.script, count, stages), happening);
  return endOf(life, count, stages);
}

function isOrder(happening: Happening): happening is Extract<Happening, 'pause' | 'resume' | 'step' | 'cancel'> {
  return happening === 'pause' || happening === 'resume' || happening === 'step' || happening === 'cancel';
}

/** By token: what starts at once has no order that hosts could rely on. */
function inOrder<Item>(items: ReadonlyMap<string, Item>): readonly Item[] {
  return [...items.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
}

/** A stage ends as the script says; where none runs, a wait is over, or the operator has to help. */
function endOf({ workflow, plan, core, hands }: Life, count: number, stages: readonly PendingStage[]): TaskMessage {
  if (stages.length > 0) {
    const stage = picked(plan.script, count, stages);
    const outcome = scriptedOutcome(workflow, plan.script, core.graph.byId.get(stage.node)?.index ?? -1);
    return ending(stage, outcome.kind === 'done' ? outcome : { ...outcome, retryable: false });
  }
  const [timer] = inOrder(hands.timers);
  return timer === undefined ? { kind: 'control', command: 'resume' } : firing(timer);
}

function troubled(stage: PendingStage, happening: 'wait' | 'fail'): TaskMessage {
  if (happening === 'wait') return { kind: 'waits', node: stage.node, token: stage.token };
  return ending(stage, { kind: 'failed', category: 'json', retryable: true });
}

function firing({ token, node, purpose }: PendingTimer): TaskMessage {
  return { kind: 'timer', id: `${purpose} ${node}`, token };
}

function ending({ node, token }: PendingStage, end: StageEnd): TaskMessage {
  return { kind: 'result', node, token, end };
}

/** What a host has in hand that has just been started on a state. */
export function handsAfterRestart(state: TaskState): Hands {
  return carryOut({ running: new Map(), resting: new Set(), timers: new Map() }, resumeCommands(state));
}
