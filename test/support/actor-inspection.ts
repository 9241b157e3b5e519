import type { InspectionEvent } from 'xstate';

/** What an inspector sees of actors: their states one after the other, and the messages they are sent. */
export interface Inspection {
  readonly inspect: (event: InspectionEvent) => void;
  /** States that an actor was in, each once in a row. */
  statesOf(id: string): readonly string[];
  messagesTo(id: string): readonly string[];
  readonly actors: readonly string[];
}

export function inspectActors(): Inspection {
  const seen: InspectionEvent[] = [];
  const about = (id: string): InspectionEvent[] => seen.filter(({ actorRef }) => nameOf(actorRef) === id);
  return {
    inspect: (event) => seen.push(event),
    statesOf(id) {
      const states = about(id).flatMap((event) => (event.type === '@xstate.snapshot' ? stateIn(event.snapshot) : []));
      return states.filter((state, at) => state !== states[at - 1]);
    },
    messagesTo: (id) => about(id).flatMap((event) => (event.type === '@xstate.event' ? [event.event.type] : [])),
    get actors() {
      return [...new Set(seen.map(({ actorRef }) => nameOf(actorRef)))];
    },
  };
}

function nameOf(actor: unknown): string {
  return typeof actor === 'object' && actor !== null && 'id' in actor ? String(actor.id) : '';
}

function stateIn(snapshot: unknown): string[] {
  if (typeof snapshot !== 'object' || snapshot === null || !('value' in snapshot)) return [];
  return typeof snapshot.value === 'string' ? [snapshot.value] : [];
}
