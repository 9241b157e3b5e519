import { z } from 'zod';
import { storeSnapshot, type ChartSnapshot, type Stepper, type StoredSnapshot } from '../../src/machines/index.ts';

const stored = z.custom<StoredSnapshot>();

/** A snapshot as a host finds it after a restart: stored as text and loaded again. */
export function throughStorage(stepper: Stepper, snapshot: ChartSnapshot): ChartSnapshot {
  return stepper.load(stored.parse(JSON.parse(JSON.stringify(storeSnapshot(snapshot)))));
}
