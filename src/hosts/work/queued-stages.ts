import type { PendingStage } from '../../machines/index.ts';
import type { Place } from './places.ts';
import type { StageStart } from './stage-runner.ts';
import type { Attempt } from './stage-work.ts';

/** A stage that is ready to begin: what begins it, and how it is spoken to then. */
export interface ReadyStage {
  readonly stage: PendingStage;
  readonly attempt: Attempt;
  readonly start: StageStart;
}

/** A stage that waits for a place. Its time begins when it does. */
export interface QueuedStage {
  readonly ready: ReadyStage;
  readonly place: Place;
  /** Starts its timer. */
  armTimer?: () => void;
}

/** Takes back a stage that waits for a place. */
export function leaveQueue(queued: Map<string, QueuedStage>, token: string): void {
  const found = queued.get(token);
  queued.delete(token);
  found?.place.release();
}
