import fc from 'fast-check';
import type { ChartInput, ChartSnapshot, StageEnd, Stepped, TimerPurpose } from '../../src/machines/index.ts';
import { breakpointSets, cameToBreakpoint, chosenBreakpoints } from './breakpoint-choice.ts';
import { firstRun, nextRun, type ReferenceOutcome, type ReferenceRun } from './reference-interpreter.ts';
import { throughStorage } from './stored-snapshot.ts';
import { emptyBook, enterEffects, withoutTimer, type HostBook, type TimerEffect } from './workflow-observation.ts';
import { picked, scriptedOutcome, scripts, type Script } from './workflow-script.ts';
import { nodeAt, type ChartSubject } from './workflow-subject.ts';

/*
 * A host that only pretends: it carries out the effects of a compiled workflow in whatever order the plan says, and lets
 * the reference interpreter follow every stage that is over for good.
 */

/** How the first attempts of a stage fail. After them the script has its way. */
export interface Trouble {
  readonly failures: number;
  readonly isRetryable: boolean;
  /** The attempt never ends by itself, where the stage has a timeout. */
  readonly hangs: boolean;
}

export interface HostPlan {
  readonly script: Script;
  readonly limit: number;
  readonly isPausedFirst: boolean;
  /** By the place of the node; none: every stage ends at its first attempt. */
  readonly troubles: readonly Trouble[];
  /** What the operator does before each move of a stage. */
  readonly orders: readonly Order[];
  /** Sets of breakpoints by number: one for the beginning, and one for each order to set others, over and over. */
  readonly breakpoints: readonly (readonly number[])[];
  /** Whether the host is restarted after every step. */
  readonly isRestarted: boolean;
}

export type Order = 'nothing' | 'task.pause' | 'task.resume' | 'task.step' | 'task.break' | 'task.cancel';

const anyTroubles: fc.Arbitrary<readonly Trouble[]> = fc.array(
  fc.record({ failures: fc.nat(3), isRetryable: fc.boolean().map((isFinal) => !isFinal), hangs: fc.boolean() }),
  { minLength: 16, maxLength: 16 },
);

const usualOrders = ['nothing', 'nothing', 'task.pause', 'task.resume', 'task.step', 'task.break'] as const;

function ordersAmong(orders: readonly Order[]): fc.Arbitrary<readonly Order[]> {
  return fc.array(fc.constantFrom(...orders), { maxLength: 12, size: 'max' });
}

type Disturbance = 'limit' | 'troubles' | 'orders' | 'breakpoints' | 'cancel';

/** Arbitrary plans with these disturbances, and otherwise calm: no limit, no trouble, no orders. */
export function hostPlans(...disturbances: readonly Disturbance[]): fc.Arbitrary<HostPlan> {
  const none: fc.Arbitrary<readonly never[]> = fc.constant([]);
  const mayCancel = disturbances.includes('cancel');
  return fc.record({
    script: scripts,
    limit: disturbances.includes('limit') ? fc.integer({ min: 1, max: 4 }) : fc.constant(100),
    troubles: disturbances.includes('troubles') ? anyTroubles : none,
    isPausedFirst: disturbances.includes('orders') ? fc.boolean() : fc.constant(false),
    orders: disturbances.includes('orders')
      ? ordersAmong(mayCancel ? [...usualOrders, ...usualOrders, 'task.cancel'] : usualOrders)
      : none,
    breakpoints: disturbances.includes('breakpoints') ? breakpointSets : none,
    isRestarted: fc.constant(false),
  });
}

/** What can be seen of a task between two steps. */
export interface Moment extends Stepped {
  readonly book: HostBook;
  readonly run: ReferenceRun;
  /** What led here; absent for the first moment. */
  readonly input?: ChartInput;
  readonly isPaused: boolean;
}

interface Task {
  readonly subject: ChartSubject;
  readonly plan: HostPlan;
  readonly watch: (moment: Moment) => void;
  readonly failures: Map<number, number>;
  snapshot: ChartSnapshot;
  book: HostBook;
  run: ReferenceRun;
  isPaused: boolean;
  breakpoints: readonly string[];
  /** Sets of breakpoints that were used up. */
  usedSets: number;
}

/** Plays a task to its end and shows every moment of it. */
export function playTask(subject: ChartSubject, plan: HostPlan, watch: (moment: Moment) => void): Moment {
  const isPaused = plan.isPausedFirst;
  const breakpoints = firstBreakpoints(subject, plan);
  const first = subject.stepper.init({ seed: 'a task', maxParallel: plan.limit, paused: isPaused, breakpoints });
  const { snapshot } = first;
  const task: Task = {
    subject,
    plan,
    watch,
    failures: new Map(),
    snapshot,
    book: emptyBook,
    run: firstRun(subject.reading),
    isPaused,
    breakpoints,
    usedSets: 1,
  };
  noteBreakpoint(task, undefined);
  let moment = show(task, first);
  for (let count = 0; task.snapshot.status === 'active'; count += 1) {
    if (count > 1_000) throw new Error('The task does not come to its end.');
    const order = plan.orders[count] ?? 'nothing';
    if (order !== 'nothing') moment = giveOrder(task, order);
    const isStuck = task.book.running.size + task.book.timers.size === 0;
    if (isStuck && task.snapshot.status === 'active') moment = giveOrder(task, 'task.resume');
    if (task.snapshot.status === 'active') moment = move(task, count);
  }
  return moment;
}

/** Those that a task begins with. */
export function firstBreakpoints({ graph }: ChartSubject, { breakpoints }: HostPlan): readonly string[] {
  return chosenBreakpoints(graph, breakpoints[0]);
}

function noteBreakpoint(task: Task, before: ReferenceRun | undefined): void {
  const { subject, breakpoints, run } = task;
  if (cameToBreakpoint(subject.graph, breakpoints, { before, after: run })) task.isPaused = true;
}

function show(task: Task, stepped: Stepped, input?: ChartInput): Moment {
  const { subject, plan } = task;
  task.snapshot = plan.isRestarted ? throughStorage(subject.stepper, stepped.snapshot) : stepped.snapshot;
  task.book = enterEffects(task.book, stepped.effects);
  const seen = { ...stepped, book: task.book, run: task.run, isPaused: task.isPaused };
  const moment = input === undefined ? seen : { ...seen, input };
  task.watch(moment);
  return moment;
}

function tell(task: Task, input: ChartInput): Moment {
  return show(task, task.subject.stepper.step(task.snapshot, input), input);
}

function giveOrder(task: Task, order: Exclude<Order, 'nothing'>): Moment {
  if (order === 'task.break') return setBreakpoints(task);
  if (order === 'task.pause' || order === 'task.resume') task.isPaused = order === 'task.pause';
  return tell(task, { type: order });
}

function setBreakpoints(task: Task): Moment {
  const { subject, plan, usedSets } = task;
  const breakpoints = chosenBreakpoints(
    subject.graph,
    plan.breakpoints[usedSets % Math.max(1, plan.breakpoints.length)],
  );
  task.breakpoints = breakpoints;
  task.usedSets += 1;
  return tell(task, { type: 'task.break', breakpoints });
}

/** Something happens in the world: an attempt ends, its time runs out, or a wait is over. */
function move(task: Task, count: number): Moment {
  const waits = timersFor(task, 'retry');
  const chosen = picked(task.plan.script, count, [...task.book.running, ...waits]);
  if (typeof chosen !== 'string') return fireTimer(task, chosen.id);
  const place = task.subject.graph.byId.get(chosen)?.index ?? -1;
  const trouble = task.plan.troubles[place];
  const failures = task.failures.get(place) ?? 0;
  if (trouble !== undefined && failures < trouble.failures) return failAttempt(task, place, { trouble, failures });
  const outcome = scriptedOutcome(task.subject.workflow, task.plan.script, place);
  resolve(task, place, outcome);
  return endAttempt(task, place, outcome.kind === 'done' ? outcome : { ...outcome, retryable: false });
}

function failAttempt(task: Task, place: number, { trouble, failures }: { trouble: Trouble; failures: number }): Moment {
  const { id } = nodeAt(task.subject, place);
  const timeout = timersFor(task, 'timeout').find((timer) => trouble.hangs && timer.node === id);
  const category = timeout === undefined ? 'json' : 'timeout';
  const retryable = timeout !== undefined || trouble.isRetryable;
  task.failures.set(place, failures + 1);
  if (timeout !== undefined && answersItself(task, place)) resolve(task, place, { kind: 'done' });
  else if (!retryable || failures >= retriesOf(task, place)) resolve(task, place, { kind: 'failed', category });
  return timeout === undefined
    ? endAttempt(task, place, { kind: 'failed', category, retryable })
    : fireTimer(task, timeout.id);
}

function timersFor(task: Task, purpose: TimerPurpose): readonly TimerEffect[] {
  return [...task.book.timers.values()].filter((timer) => timer.purpose === purpose);
}

function endAttempt(task: Task, place: number, end: StageEnd): Moment {
  return tell(task, { type: 'stage.ended', node: nodeAt(task.subject, place).id, end });
}

function fireTimer(task: Task, id: string): Moment {
  task.book = withoutTimer(task.book, id);
  return tell(task, { type: 'timer.fired', id });
}

function resolve(task: Task, node: number, outcome: ReferenceOutcome): void {
  const before = task.run;
  task.run = nextRun(task.subject.reading, before, { node, outcome });
  noteBreakpoint(task, before);
}

function retriesOf({ subject }: Task, place: number): number {
  const spec = subject.workflow.nodes[place];
  return spec !== undefined && 'retries' in spec ? (spec.retries ?? 0) : 0;
}

/** Whether a stage is done, rather than failed, when its time is up. */
function answersItself({ subject }: Task, place: number): boolean {
  const spec = subject.workflow.nodes[place];
  return spec?.type === 'feedback' && spec.default !== undefined;
}

/** Ids of the nodes that the reference interpreter has ready, in order. */
export function readyIds(subject: ChartSubject, run: ReferenceRun): readonly string[] {
  return run.statuses.flatMap((status, place) => (status === 'ready' ? [nodeAt(subject, place).id] : [])).toSorted();
}
