import { EngineError } from '../errors/index.ts';
import { createActor, type AnyActor, type AnyActorRef, type AnyStateMachine, type InspectionEvent } from 'xstate';

/** The actors of one task: a root, and under it the agents and tools at work and what lives as long as the task. */
export interface TaskSystem {
  readonly root: AnyActor;
}

/** `logic` is the root machine; see `createActorRoot`. */
export function startTaskSystem(logic: AnyStateMachine, inspect?: (event: InspectionEvent) => void): TaskSystem {
  return { root: createActor(logic, inspect === undefined ? {} : { inspect }).start() };
}

export function stopTaskSystem(system: TaskSystem): void {
  system.root.stop();
}

export interface Resident {
  /** Name of the actor source. */
  readonly src: string;
  /** Its id, and the one under which the other actors find it. */
  readonly id: string;
  readonly input: unknown;
}

/** Spawns an actor that lives as long as the task, unless it is there. */
export function keepResident({ root }: TaskSystem, { src, id, input }: Resident): void {
  if (childOf(root, id) !== undefined) return;
  const spawn = { type: 'actor.spawn', src, id, input, systemId: id };
  root.send(spawn);
}

export interface Work {
  /** Name of the actor source. */
  readonly src: string;
  /** Stable id of the actor, such as "agent:review". */
  readonly id: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
}

/** Spawns an actor and waits until it is done; its output. Rejects when the signal stops it, or when it breaks. */
export async function runActor({ root }: TaskSystem, { src, id, input, signal }: Work): Promise<unknown> {
  const spawn = { type: 'actor.spawn', src, id, input };
  root.send(spawn);
  const actor = childOf(root, id);
  if (actor === undefined) throw new EngineError('ENGINE_BUG', `Actor "${id}" could not be spawned.`);
  const stop = { type: 'actor.stop', id };
  try {
    return await outputOf(actor, signal);
  } finally {
    root.send(stop);
  }
}

async function outputOf(actor: AnyActorRef, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new EngineError('ENGINE_BUG', `Actor "${actor.id}" was stopped.`));
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    const look = (): boolean => {
      const snapshot: unknown = actor.getSnapshot();
      if (!isSnapshot(snapshot) || snapshot.status === 'active') return false;
      signal.removeEventListener('abort', abort);
      if (snapshot.status === 'done') resolve(snapshot.output);
      else reject(brokenActor(actor.id, snapshot.error));
      return true;
    };
    if (!look()) actor.subscribe({ next: look, complete: look, error: look });
  });
}

function brokenActor(id: string, cause: unknown): EngineError {
  return new EngineError('ENGINE_BUG', `Actor "${id}" ended with an error.`, { cause });
}

function childOf(root: AnyActor, id: string): AnyActorRef | undefined {
  const snapshot: unknown = root.getSnapshot();
  if (typeof snapshot !== 'object' || snapshot === null || !('children' in snapshot)) return undefined;
  const children: unknown = snapshot.children;
  if (typeof children !== 'object' || children === null) return undefined;
  const child: unknown = Object.hasOwn(children, id) ? Reflect.get(children, id) : undefined;
  return isActor(child) ? child : undefined;
}

/** True for what XState keeps as an actor: its tables are not typed by what is in them. */
export function isActor(value: unknown): value is AnyActorRef {
  return typeof value === 'object' && value !== null && 'getSnapshot' in value && 'subscribe' in value;
}

function isSnapshot(value: unknown): value is { status: string; output?: unknown; error?: unknown } {
  return typeof value === 'object' && value !== null && 'status' in value && typeof value.status === 'string';
}
