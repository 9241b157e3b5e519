import { fromPromise, type AnyActorRef, type PromiseActorLogic } from 'xstate';
import { isActor } from './task-system.ts';
import { EngineError } from '../errors/index.ts';

/** A piece of work while its actor is at it: what was asked, and what the steps have left for each other so far. */
export interface WorkEntry<Call, Notes> {
  readonly call: Call;
  notes: Notes;
}

/** What a step leaves, and the step to go to when that is not the next one of the template. */
export type StepNotes<Notes> = Notes & { readonly next?: string };

interface StepOutput {
  readonly step: string;
  readonly noted: readonly string[];
  readonly next?: string;
}

export interface StepAt<Call, Notes> {
  readonly step: string;
  readonly entry: WorkEntry<Call, Notes>;
  readonly signal: AbortSignal;
  /** The actor of the same task with this system id. */
  readonly find: (systemId: string) => AnyActorRef | undefined;
}

/** What the machine of a stage hands to a step. `call` is the key of the work: machines hold plain JSON. */
interface StepMessage {
  readonly step: string;
  readonly call: string;
}

/** The actor source that runs the steps of one kind of stage. `entries` are found by their idempotency key. */
export function createStepLogic<Call, Notes extends object>(
  entries: Pick<ReadonlyMap<string, WorkEntry<Call, Notes>>, 'get'>,
  run: (at: StepAt<Call, Notes>) => Promise<StepNotes<Notes>>,
): PromiseActorLogic<StepOutput, StepMessage> {
  return fromPromise<StepOutput, StepMessage>(async ({ input, signal, system }) => {
    const entry = entries.get(input.call);
    if (entry === undefined) throw new EngineError('ENGINE_BUG', `No work is known under the key "${input.call}".`);
    const find = (systemId: string): AnyActorRef | undefined => actorIn(system, systemId);
    const { next, ...notes } = await run({ step: input.step, entry, signal, find });
    entry.notes = { ...entry.notes, ...notes };
    return { step: input.step, noted: Object.keys(notes), ...(next !== undefined && { next }) };
  });
}

function actorIn(system: { get(key: string): unknown }, systemId: string): AnyActorRef | undefined {
  const actor = system.get(systemId);
  return isActor(actor) ? actor : undefined;
}
