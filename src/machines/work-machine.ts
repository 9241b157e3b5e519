import { assign, setup, type AnyActorLogic, type AnyStateMachine } from 'xstate';
import { EngineError, failureOf, type Failure } from '../errors/index.ts';

/** One step of a stage template, on what the steps before it left. */
export interface StepInput {
  readonly step: string;
  readonly call: unknown;
  readonly notes: Readonly<Record<string, unknown>>;
}

/** What the steps of a piece of work leave for each other: plain JSON. */
export interface WorkContext {
  readonly call: unknown;
  readonly notes: Readonly<Record<string, unknown>>;
  readonly failure: Failure | null;
}

export interface WorkOutput {
  readonly notes: Readonly<Record<string, unknown>>;
  readonly failure: Failure | null;
}

/** What a step answers: names of the notes that it left, and where to go when that is not the next step of the template. */
export interface StepOutput {
  readonly step: string;
  readonly noted: readonly string[];
  readonly next?: string;
}

/** The steps of a piece of work. */
export interface WorkSteps {
  /** In their order. */
  readonly template: readonly string[];
  /** Steps outside of that order, with the one that follows. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Where a step may go besides to the next one. */
  readonly jumps?: Readonly<Record<string, readonly string[]>>;
}

/**
 * The inside of an agent or tool stage: the steps of its template, each a state, so that an inspector can stop between
 * any two. Every step runs the same actor, which is told by its input which one it is. What it answers is kept as a note.
 */
export function createWorkMachine(
  id: string,
  { template, beside = {}, jumps = {} }: WorkSteps,
  runStep: AnyActorLogic,
): AnyStateMachine {
  const [first] = template;
  if (first === undefined) throw new EngineError('ENGINE_BUG', `The template of "${id}" has no steps.`);
  const following = [
    ...template.map((step, at) => [step, template[at + 1] ?? 'done'] as const),
    ...Object.entries(beside),
  ];
  const states = Object.fromEntries(following.map(([step, next]) => [step, stepState(step, next, jumps[step] ?? [])]));
  const parts = setup({
    types: {} as { context: WorkContext; input: { call: unknown }; output: WorkOutput },
    actors: { step: runStep },
    actions: {
      keep: assign(({ context, event }) => ({
        notes: { ...context.notes, [outputOf(event).step]: outputOf(event).noted },
      })),
      fail: assign(({ event }) => ({ failure: failureFrom((event as unknown as { error: unknown }).error) })),
    },
    guards: { goesTo: ({ event }, { step }: { step: string }) => outputOf(event).next === step },
  });
  const config = {
    id,
    context: ({ input }: { input: { call: unknown } }): WorkContext => ({ call: input.call, notes: {}, failure: null }),
    initial: first,
    states: { ...states, done: { type: 'final' }, failed: { type: 'final' } },
    output: ({ context }: { context: WorkContext }): WorkOutput => ({ notes: context.notes, failure: context.failure }),
  };
  // The states are generated, so the literal types that setup() checks a hand-written config with cannot hold here.
  return parts.createMachine(config as unknown as Parameters<typeof parts.createMachine>[0]);
}

function outputOf(event: unknown): StepOutput {
  return (event as { output: StepOutput }).output;
}

function stepState(step: string, next: string, jumps: readonly string[]): object {
  const elsewhere = jumps.map((target) => ({
    target,
    guard: { type: 'goesTo', params: { step: target } },
    reenter: true, // a step that is taken again begins anew
    actions: 'keep',
  }));
  return {
    tags: ['step'],
    invoke: {
      id: step,
      src: 'step',
      input: ({ context }: { context: WorkContext }): StepInput => ({ step, call: context.call, notes: context.notes }),
      onDone: [...elsewhere, { target: next, actions: 'keep' }],
      onError: { target: 'failed', actions: 'fail' },
    },
  };
}

function failureFrom(error: unknown): Failure {
  const failure = failureOf(error);
  if (failure !== undefined) return failure;
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal.bug', message: `A step broke a rule of the engine: ${reason}` };
}
