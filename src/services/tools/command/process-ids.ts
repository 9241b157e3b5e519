import { readdirSync } from 'node:fs';

/** All processes that are seen from here; none where the system does not tell. */
export function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/u.test(name))
      .map(Number);
  } catch {
    return [];
  }
}
