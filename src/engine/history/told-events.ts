import { tellAgain } from '../../hosts/index.ts';
import type { EngineEvent, StoredTask } from '../../services/index.ts';
import { createTelemetry } from '../telemetry.ts';
import type { TravelSource } from './task-points.ts';

/**
 * The events that follow from the journals of tasks, as they were told at the time, in the order of their times. Throws
 * STORE_JOURNAL_BROKEN.
 */
export function toldEvents(source: TravelSource, tasks: readonly StoredTask[]): readonly EngineEvent[] {
  return tasks.flatMap((stored) => eventsOf(source, stored)).toSorted((one, other) => one.time - other.time); // of one task they stay in their order: sorting is stable
}

function eventsOf(source: TravelSource, stored: StoredTask): readonly EngineEvent[] {
  const events: EngineEvent[] = [];
  const telemetry = createTelemetry({ hasListeners: true, emit: (event) => void events.push(event) }, () => 0);
  tellAgain(stored, source, ({ task, fact, place }) => telemetry.tell(task, fact, place));
  return events;
}
