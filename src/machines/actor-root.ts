import { assertEvent, enqueueActions, setup, type AnyActorLogic, type AnyStateMachine } from 'xstate';

export type ActorRootEvent =
  | {
      readonly type: 'actor.spawn';
      readonly src: string;
      readonly id: string;
      readonly input: unknown;
      /** Under which the other actors of the task find it. */
      readonly systemId?: string;
    }
  | { readonly type: 'actor.stop'; readonly id: string };

/**
 * The root of a task's actors. It spawns them by name and stops them by id; what they end with is taken from them by
 * whoever asked, so that none of it is copied here. One machine serves the tasks of a definition.
 */
export function createActorRoot(sources: Readonly<Record<string, AnyActorLogic>>): AnyStateMachine {
  return setup({
    types: {} as { events: ActorRootEvent },
    actors: { ...sources } as Record<string, AnyActorLogic>,
    actions: {
      spawn: enqueueActions(({ enqueue, event }) => {
        assertEvent(event, 'actor.spawn');
        const { src, id, systemId, input } = event;
        enqueue.spawnChild(src, { id, input: input as never, ...(systemId !== undefined && { systemId }) });
      }),
      stop: enqueueActions(({ enqueue, event }) => {
        assertEvent(event, 'actor.stop');
        enqueue.stopChild(event.id);
      }),
    },
  }).createMachine({
    id: 'task',
    on: {
      'actor.spawn': { actions: 'spawn' },
      'actor.stop': { actions: 'stop' },
      // Without a transition for it, an actor that fails would take its siblings along.
      'xstate.error.actor.*': {},
    } as object,
  });
}
