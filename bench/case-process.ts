import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { answer, readOrder } from './support/fresh-process.ts';
import { takeNotes } from './support/notes.ts';
import { isRecord, isSkip } from './support/peer.ts';
import { suites } from './suites/index.ts';

/** Measures one case at one size, in this process alone. */
const order = readOrder();
if (!isRecord(order)) throw new Error('Started without an order.');
const suite = new Map(Object.entries(suites)).get(String(order['suite']));
const found = new Map(Object.entries(suite?.cases ?? {})).get(String(order['subject']));
if (found === undefined) throw new Error('There is no such case.');
const directory = await mkdtemp(path.join(os.tmpdir(), 'agent-engine-bench-'));
process.on('disconnect', () => {
  rmSync(directory, { recursive: true, force: true }); // the run was broken off
  process.exit(1);
});
let result: Record<string, unknown>;
try {
  const setting = { size: Number(order['size']), isQuick: order['isQuick'] === true, directory };
  result = { figures: await found.measure(setting), notes: takeNotes().map(withoutPaths) };
} catch (error) {
  result = isSkip(error) ? { skipped: withoutPaths(error.message) } : { failed: withoutPaths(describe(error)) };
} finally {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }); // a sink may still be writing
}
answer(result);

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} ${describe(error.cause)}`;
}

/** Results are shown to others, whom it does not concern where this machine keeps its files. */
function withoutPaths(text: string): string {
  return text.replaceAll(`${path.dirname(import.meta.dirname)}${path.sep}`, '').replaceAll(directory, 'directory');
}
