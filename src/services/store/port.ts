/** The durable part of a task. Everything but `row` is there to be searched; `row` is JSON text that the store does not read. */
export interface StoredTask {
  readonly id: string;
  /** Hash of the definition that the task began with. */
  readonly definition: string;
  readonly status: string;
  /** Epoch in milliseconds; what the first commit said stays. */
  readonly created_at: number;
  readonly updated_at: number;
  /** The `seq` of the newest journal entry. */
  readonly seq: number;
  readonly row: string;
}

export interface JournalEntry {
  /** Grows with each entry of a task. */
  readonly seq: number;
  readonly at: number;
  /** JSON text. */
  readonly text: string;
}

export interface Artifact {
  readonly hash: string;
  readonly text: string;
}

export interface TaskCommit {
  readonly task: StoredTask;
  readonly entry: JournalEntry;
  readonly artifacts: readonly Artifact[];
  readonly isNew: boolean;
}

export interface TaskFilter {
  readonly status?: readonly string[];
  readonly limit?: number;
  /** Tasks below this one, at any depth. Default: those that are below no other. */
  readonly below?: string;
}

/** Who may work on a task: one engine in one process. */
export interface LeaseHolder {
  /** Unique per engine. */
  readonly id: string;
  /** Processes with the same host can see each other's process ids. */
  readonly host: string;
  readonly pid: number;
  /** Tells a process from a later one with the same pid, where the system can say. */
  readonly started?: string;
}

/**
 * What a host needs to make tasks durable. Synchronous, since node:sqlite is. Every method throws an EngineError:
 * STORE_UNREADABLE, STORE_UNWRITABLE, or ENGINE_CLOSED after `close`.
 */
export interface TaskStore {
  /**
   * One transaction, on disk when it returns. TASK_ALREADY_EXISTS when it is new and the id is there, TASK_NOT_FOUND when it
   * is not new and the id is not there, TASK_BUSY when the journal has its `seq` already: another process went on with it.
   */
  commit(commit: TaskCommit): void;
  /** All or none, in one transaction; `details.task` of an error names the task that stood in the way. */
  commitAll(commits: readonly TaskCommit[]): void;
  task(id: string): StoredTask | undefined;
  /** Newest first. */
  tasks(filter?: TaskFilter): readonly StoredTask[];
  journal(id: string, afterSeq?: number): readonly JournalEntry[];
  artifact(hash: string): string | undefined;
  saveDefinition(hash: string, text: string): void;
  definition(hash: string): string | undefined;
  /**
   * Whether the holder may work on the task now. A lease is taken over when its holder's process is gone or when it was not
   * renewed for `leaseMs`. A holder that lost its lease without knowing is stopped by TASK_BUSY at its next commit.
   */
  acquire(id: string, holder: LeaseHolder, at: number): boolean;
  release(id: string, holder: string): void;
  /** The heartbeat of all leases of a holder: to be called several times per `leaseMs`. */
  renew(holder: string, at: number): void;
  close(): void;
}
