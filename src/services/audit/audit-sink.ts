import type { BatchSink, EngineEvent } from '../telemetry/index.ts';
import { appendEntries, syncFile, type LeftBehind } from './append-entries.ts';

export interface AuditSinkOptions {
  /** The file that entries are appended to; directories on the way are created. */
  readonly path: string;
  /** When the disk is waited for: after each write, or when the sink is closed. Default: always. */
  readonly fsync?: 'always' | 'close' | undefined;
  /** Entries that may wait for the disk. That more came is reported at once: an audit log leaves nothing out in silence. */
  readonly maxWaiting?: number;
}

const defaultMaxWaiting = 20_000;

/** Events that an audit log holds besides all of `security.*`. */
const audited: ReadonlySet<string> = new Set([
  'task.created',
  'task.completed',
  'task.failed',
  'task.cancelled',
  'task.paused',
  'task.resumed',
  'task.migrated',
  'task.undone',
  'task.pruned',
  'feedback.requested',
  'feedback.received',
  'tool.denied',
  'budget.exceeded',
  'memory.quarantined',
  'sink.failed',
  'hook.changed',
  'hook.vetoed',
  'plugin.failed',
] satisfies EngineEvent['type'][]);

function isAudited({ type }: EngineEvent): boolean {
  return type.startsWith('security.') || audited.has(type);
}

/** Appends what matters to security, each entry with the hash of the one before it. Several engines may share a file. */
export function createAuditSink({
  path,
  fsync = 'always',
  maxWaiting = defaultMaxWaiting,
}: AuditSinkOptions): BatchSink {
  let left: LeftBehind | undefined;
  return {
    name: `audit ${path}`,
    takes: isAudited,
    maxWaiting: { events: maxWaiting },
    async writeAll(events) {
      try {
        left = await appendEntries({ path, left, events: events.filter(isAudited), isSynced: fsync === 'always' });
      } catch (error) {
        throw auditError(path, error);
      }
    },
    async close() {
      if (left !== undefined && fsync === 'close') await syncFile(path);
    },
  };
}

function auditError(path: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`The audit log "${path}" cannot be written: ${reason}`, { cause: error });
}
