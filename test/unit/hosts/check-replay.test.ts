import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkReplay, replayTask, type ReplaySource } from '../../../src/hosts/index.ts';
import { isEngineError } from '../../../src/index.ts';
import { toRow } from '../../../src/machines/index.ts';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import type { JournalEntry, StoredTask } from '../../../src/services/index.ts';
import { travelCreation, travelWorld, type TravelWorld } from '../../support/travel-run.ts';
import { scripts } from '../../support/workflow-script.ts';

const workflow: WorkflowSpec = {
  id: 'generated',
  nodes: [
    { id: 'one', type: 'agent', agent: 'worker' },
    { id: 'two', type: 'agent', agent: 'worker' },
    { id: 'over', type: 'end' },
  ],
  edges: [
    { from: 'one', to: 'two' },
    { from: 'two', to: 'over' },
  ],
};

interface Past {
  readonly stored: StoredTask;
  /** A journal with the checksum of the row after every entry. */
  readonly entries: readonly (JournalEntry & { readonly check: number })[];
  readonly world: TravelWorld;
}

async function runTask(): Promise<Past> {
  const [script] = fc.sample(scripts, { numRuns: 1, seed: 1 });
  if (script === undefined) throw new Error('There is no script.');
  const world = travelWorld(workflow, { ...script, outcomes: script.outcomes.map(() => 0) });
  const { host, clock, store } = world;
  host.create(travelCreation('task', clock));
  await clock.outcomeOf(host.run('task'));
  const stored = store.task('task');
  if (stored === undefined) throw new Error('There is no task.');
  const entries = store.journal('task').map(({ seq, at, text, check = 0 }) => ({ seq, at, text, check }));
  return { stored, entries, world };
}

function sourceWith({ world }: Past, entries: readonly JournalEntry[]): ReplaySource {
  return { ...world.source, store: { ...world.store, journal: () => entries } };
}

function problemOf(work: () => unknown): string {
  try {
    work();
    return '';
  } catch (error) {
    return isEngineError(error) ? `${error.code} ${error.message}` : String(error);
  }
}

describe('a replay', () => {
  it('compares the checksum of a row after each entry that has one', async () => {
    const past = await runTask();
    const { stored, entries } = past;
    expect(checkReplay(stored, sourceWith(past, entries))).toEqual({ task: 'task', entries: 4, rows: 4 });
    const some = entries.map(({ seq, at, text, check }) =>
      seq % 2 === 0 ? { seq, at, text, check } : { seq, at, text },
    );
    expect(checkReplay(stored, sourceWith(past, some))).toEqual({ task: 'task', entries: 4, rows: 3 });
  });

  it('finds the first entry whose checksum is another one', async () => {
    const past = await runTask();
    const changed = past.entries.map(({ seq, at, text, check }) => ({ seq, at, text, check: seq === 1 ? 7 : check }));
    expect(problemOf(() => checkReplay(past.stored, sourceWith(past, changed)))).toBe(
      'TASK_REPLAY_DIFFERS Task "task" is not what its journal says. At entry 1 the checksum of its row differs.',
    );
  });

  it('compares a row that was made before the last entry with the state of that time', async () => {
    const past = await runTask();
    const { stored, entries } = past;
    const source = sourceWith(
      past,
      entries.map(({ check: _check, ...entry }) => entry),
    );
    const row = JSON.stringify(toRow(replayTask({ ...stored, seq: 2 }, source).state));
    expect(checkReplay({ ...stored, row, row_seq: 2 }, source)).toEqual({ task: 'task', entries: 4, rows: 1 });
    expect(problemOf(() => checkReplay({ ...stored, row, row_seq: 1 }, source))).toContain(
      'At entry 1 its row differs in "row.seq".',
    );
  });
});
