import { z } from 'zod';
import { pluginEvents } from './plugin-events.ts';
import { stageEvents, taskEvents } from './task-events.ts';
import { agentEvents, serviceEvents } from './work-events.ts';

/** A fact about a task, in the past tense, as plain JSON. The schema is for readers and tests: whoever emits is checked by its type. */
export const EngineEvent = z.discriminatedUnion('type', [
  ...taskEvents,
  ...stageEvents,
  ...agentEvents,
  ...serviceEvents,
  ...pluginEvents,
]);
export type EngineEvent = z.infer<typeof EngineEvent>;

export type EventType = EngineEvent['type'];

/** Names of all types. */
export function eventTypes(): readonly EventType[] {
  return EngineEvent.options.map(({ shape }) => shape.type.value);
}
export type EventOf<Type extends EventType> = Extract<EngineEvent, { type: Type }>;
export type EventData<Type extends EventType> = EventOf<Type>['data'];
