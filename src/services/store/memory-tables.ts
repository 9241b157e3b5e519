import { storeClosed } from './commit-errors.ts';
import type { Lease } from './lease.ts';
import type { Artifact, JournalEntry, Signal, StoredCall, StoredChange, StoredTask } from './port.ts';

export interface Tables {
  readonly tasks: Map<string, StoredTask>;
  readonly journals: Map<string, JournalEntry[]>;
  readonly artifacts: Map<string, string>;
  /** The tasks that refer to an artifact, by its hash. */
  readonly references: Map<string, Set<string>>;
  readonly definitions: Map<string, string>;
  readonly leases: Map<string, Lease>;
  signals: Signal[];
  changes: StoredChange[];
  /** By task, scope and key. */
  readonly calls: Map<string, StoredCall>;
  lastChange: number;
  hasNews: boolean;
  isClosed: boolean;
}

export function createTables(): Tables {
  return {
    tasks: new Map(),
    journals: new Map(),
    artifacts: new Map(),
    references: new Map(),
    definitions: new Map(),
    leases: new Map(),
    signals: [],
    changes: [],
    calls: new Map(),
    lastChange: 0,
    hasNews: false,
    isClosed: false,
  };
}

export function openTables(tables: Tables): Tables {
  if (tables.isClosed) throw storeClosed();
  return tables;
}

export function keepArtifacts(tables: Tables, task: string, artifacts: readonly Artifact[]): void {
  for (const { hash, text } of artifacts) {
    if (!tables.artifacts.has(hash)) tables.artifacts.set(hash, text);
    const tasks = tables.references.get(hash);
    if (tasks === undefined) tables.references.set(hash, new Set([task]));
    else tasks.add(task);
  }
}
