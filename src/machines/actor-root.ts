import { assertEvent, enqueueActions, setup, type AnyActorLogic, type AnyStateMachine } from 'xstate';

export type ActorRootEvent =
  | { readonly type: 'actor.spawn'; readonly src: string; readonly id: string; readonly input: unknown }
  | { readonly type: 'actor.stop'; readonly id: string };

/**
 * The root of a task's actors. It spawns them by name and stops them by id; what they end with is taken from them by
 * whoever asked, so that none of it is copied here. Residents live as long as the task, under their name as system id.
 */
export function createActorRoot(
  sources: Readonly<Record<string, AnyActorLogic>>,
  residents: Readonly<Record<string, AnyActorLogic>>,
): AnyStateMachine {
  return setup({
    types: {} as { events: ActorRootEvent },
    actors: { ...sources, ...residents } as Record<string, AnyActorLogic>,
    actions: {
      spawn: enqueueActions(({ enqueue, event }) => {
        assertEvent(event, 'actor.spawn');
        enqueue.spawnChild(event.src, { id: event.id, input: event.input as never });
      }),
      stop: enqueueActions(({ enqueue, event }) => {
        assertEvent(event, 'actor.stop');
        enqueue.stopChild(event.id);
      }),
    },
  }).createMachine({
    id: 'task',
    invoke: Object.keys(residents).map((name) => ({ id: name, src: name, systemId: name })),
    on: {
      'actor.spawn': { actions: 'spawn' },
      'actor.stop': { actions: 'stop' },
      // Without a transition for it, an actor that fails would take its siblings along.
      'xstate.error.actor.*': {},
    } as object,
  });
}
