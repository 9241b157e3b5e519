import { deepStrictEqual } from 'node:assert/strict';
import { afterAll, vi } from 'vitest';

/*
 * Test files that share a process take it over as the one before left it. What Vitest can undo is undone when a file is
 * over; a file that changes anything else fails, for the next one would run in other surroundings than it does alone.
 */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'];

function surroundings(): object {
  return {
    directory: process.cwd(),
    environment: { ...process.env },
    umask: process.umask(),
    listeners: signals.map((name) => `${name} ${process.listenerCount(name)}`),
    functions: [globalThis.fetch, globalThis.setTimeout, globalThis.setInterval, Date],
  };
}

const before = surroundings();

afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  deepStrictEqual(surroundings(), before);
});
