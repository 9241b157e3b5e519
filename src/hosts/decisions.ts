import type { RoutingDecision } from '../services/index.ts';
import type { TaskRecord } from './task-record.ts';

/** Why a task went the way it did, in the order in which it was decided. */
export function decisionsOf({ creation }: TaskRecord): readonly RoutingDecision[] {
  return creation.routing === undefined ? [] : [creation.routing];
}
