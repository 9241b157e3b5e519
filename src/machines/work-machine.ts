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

/**
 * The inside of an agent or tool stage: the steps of its template, each a state, so that an inspector can stop between
 * any two. Every step runs the same actor, which is told by its input which one it is. What it answers is kept as a note.
 */
export function createWorkMachine(id: string, steps: readonly string[], runStep: AnyActorLogic): AnyStateMachine {
  const [first] = steps;
  if (first === undefined) throw new EngineError('ENGINE_BUG', `The template of "${id}" has no steps.`);
  const states = Object.fromEntries(steps.map((step, at) => [step, stepState(step, steps[at + 1] ?? 'done')]));
  const parts = setup({
    types: {} as { context: WorkContext; input: { call: unknown }; output: WorkOutput },
    actors: { step: runStep },
    actions: {
      keep: assign(({ context, event }) => ({
        notes: { ...context.notes, ...(event as unknown as { output: object }).output },
      })),
      fail: assign(({ event }) => ({ failure: failureFrom((event as unknown as { error: unknown }).error) })),
    },
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

function stepState(step: string, next: string): object {
  return {
    tags: ['step'],
    invoke: {
      id: step,
      src: 'step',
      input: ({ context }: { context: WorkContext }): StepInput => ({ step, call: context.call, notes: context.notes }),
      onDone: { target: next, actions: 'keep' },
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
