import type { EngineEvent, TelemetrySink } from '../telemetry/index.ts';
import { appendEntries, syncFile, type LeftBehind } from './append-entries.ts';

export interface AuditSinkOptions {
  /** The file that entries are appended to; directories on the way are created. */
  readonly path: string;
  /** When the disk is waited for: after each write, or when the sink is closed. Default: always. */
  readonly fsync?: 'always' | 'close' | undefined;
  /** Entries that may wait for the disk. With more the sink fails: an audit log leaves nothing out in silence. */
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
] satisfies EngineEvent['type'][]);

function isAudited({ type }: EngineEvent): boolean {
  return type.startsWith('security.') || audited.has(type);
}

/** Appends what matters to security, each entry with the hash of the one before it. Several engines may share a file. */
export function createAuditSink({
  path,
  fsync = 'always',
  maxWaiting = defaultMaxWaiting,
}: AuditSinkOptions): TelemetrySink {
  let waiting: EngineEvent[] = [];
  let left: LeftBehind | undefined;
  let writing: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const writeOut = async (): Promise<void> => {
    try {
      while (waiting.length > 0) {
        const events = waiting;
        waiting = [];
        left = await appendEntries({ path, left, events, isSynced: fsync === 'always' });
      }
    } catch (error) {
      failure ??= { error };
      waiting = [];
    }
    writing = undefined;
  };
  const checkHealth = (): void => {
    if (failure !== undefined) throw auditError(path, failure.error);
  };
  return {
    name: `audit ${path}`,
    write: (event) => {
      checkHealth();
      if (!isAudited(event)) return;
      if (waiting.length >= maxWaiting) throw new Error(`"${path}" is too slow: ${maxWaiting} entries wait for it.`);
      waiting.push(event);
      writing ??= Promise.resolve().then(writeOut);
    },
    close: async () => {
      await writing;
      if (left !== undefined && fsync === 'close') await syncFile(path);
      checkHealth();
    },
  };
}

function auditError(path: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`The audit log "${path}" cannot be written: ${reason}`, { cause: error });
}
