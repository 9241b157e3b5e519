/** What a list says of a task; all of it can be searched. */
export interface ListedTask {
  readonly id: string;
  /** Hash of the definition that the task began with. */
  readonly definition: string;
  readonly status: string;
  /** As in its creation; what the first commit said stays, here and in the next two. */
  readonly mode: string;
  readonly pipeline: string;
  /** Epoch in milliseconds. */
  readonly created_at: number;
  readonly updated_at: number;
  /** The `seq` of the newest journal entry. */
  readonly seq: number;
}

/** The durable part of a task. */
export interface StoredTask extends ListedTask {
  /** The checkpoint: JSON text that the store does not read. */
  readonly row: string;
  /** The `seq` of the entry after which the checkpoint was made. */
  readonly row_seq: number;
}

export interface JournalEntry {
  /** Grows with each entry of a task. */
  readonly seq: number;
  readonly at: number;
  /** JSON text. */
  readonly text: string;
  /** Checksum of the task's row after this entry, unsigned 32 bit. Journals of version 1 have none. */
  readonly check?: number;
}

export interface Artifact {
  readonly hash: string;
  readonly text: string;
}

export interface TaskCommit {
  /** Without a row the checkpoint stays as it is, so that a step costs the same however large the row is. A new task has one. */
  readonly task: ListedTask & { readonly row?: string };
  readonly entry: JournalEntry;
  /** All that the entry refers to, also what is in the store already: what no task refers to is removed some day. */
  readonly artifacts: readonly Artifact[];
  readonly isNew: boolean;
}

export interface TaskFilter {
  readonly status?: readonly string[];
  readonly limit?: number;
  /** Tasks below this one, at any depth. Default: those that are below no other. */
  readonly below?: string;
  readonly mode?: string;
  /** Hash of the definition that it began with. */
  readonly definition?: string;
  /** Epoch in milliseconds; this moment belongs to it. */
  readonly createdAfter?: number;
  /** Epoch in milliseconds; this moment does not belong to it. */
  readonly createdBefore?: number;
  /** What the id begins with. */
  readonly search?: string;
}

/** The ways a task can be over; only such tasks are ever pruned. */
export const overStatuses = ['completed', 'partial', 'failed', 'cancelled'] as const;
export type OverStatus = (typeof overStatuses)[number];

export interface PruneOptions {
  /** Only these tasks. Those that do not exist or are below another one are passed over. */
  readonly ids?: readonly string[];
  /** Only tasks that are over in one of these ways. Default: all. */
  readonly status?: readonly OverStatus[];
  /** Only tasks that did not change since then: epoch in milliseconds. */
  readonly updatedBefore?: number;
  /** Tells leases that ran out. */
  readonly now: number;
  /** Removes nothing, and says which tasks would go. */
  readonly dryRun?: boolean;
}

/** What one transaction removed. */
export interface Pruned {
  readonly tasks: readonly string[];
  /** Those below them, which went with them; a dry run does not name them. */
  readonly below: readonly string[];
  /** Counts of what nothing refers to any more. */
  readonly artifacts: number;
  readonly definitions: number;
}

/** A word from one process to the one that is at work on a task. The store knows no words. */
export interface Signal {
  readonly task: string;
  readonly command: string;
  /** Epoch in milliseconds. */
  readonly at: number;
  /** JSON text. */
  readonly data?: string;
}

/** A file that a stage is about to change. */
export interface WorkspaceChange {
  readonly task: string;
  readonly stage: string;
  readonly tool: string;
  /** Relative to the project directory, with "/". */
  readonly path: string;
  /** SHA-256 of the content; null when there was no file. */
  readonly before: string | null;
  readonly after: string;
  readonly at: number;
  /** Made for the file, outermost first; relative as the path is. */
  readonly directories: readonly string[];
}

export interface StoredChange extends WorkspaceChange {
  /** Grows with each change of a store. */
  readonly id: number;
  readonly undone_at?: number;
}

/** What a model or a tool answered to a stage that is not over yet. */
export interface StoredCall {
  readonly task: string;
  /** What the call belongs to within the task. */
  readonly scope: string;
  /** Unique within the scope. */
  readonly key: string;
  /** Epoch in milliseconds. */
  readonly at: number;
  /** JSON text. */
  readonly text: string;
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
  tasks(filter?: TaskFilter): readonly ListedTask[];
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
  /** Who may work on the task now; nobody when the lease is free to take. */
  holder(id: string, at: number): LeaseHolder | undefined;
  /** The heartbeat of all leases of a holder: to be called several times per `leaseMs`. */
  renew(holder: string, at: number): void;
  /**
   * Removes tasks that are over, with all that belongs to them, and then what nothing refers to. Each step is one short
   * transaction, so that others can write in between; whoever takes no more steps leaves the rest as it is. A task whose
   * lease is held is left out.
   */
  prune(options: PruneOptions): Generator<Pruned, void, undefined>;
  /** Throws TASK_NOT_FOUND. */
  sendSignal(signal: Signal): void;
  /** The signals to these tasks, in the order in which they were sent. Each is given once, to one taker. */
  takeSignals(tasks: readonly string[]): readonly Signal[];
  /**
   * Whether the store may hold something new for this one: another connection wrote since the last call, or since it was
   * opened. Cheap enough to be asked often. In memory, where there is no other connection, a signal counts.
   */
  hasChanged(): boolean;
  /** Durable when it returns, and before the file is touched. Gives the id of the change. */
  saveChange(change: WorkspaceChange, artifacts: readonly Artifact[]): number;
  /** The changes of a task, newest first; with `below` those of the tasks below it, too. */
  changes(taskId: string, options?: { readonly below?: boolean }): readonly StoredChange[];
  /** Durable when it returns. What was saved under the same key before is replaced. */
  saveCall(call: StoredCall): void;
  /** In the order in which they were saved; without a scope those of the whole task. */
  calls(taskId: string, scope?: string): readonly StoredCall[];
  markUndone(ids: readonly number[], at: number): void;
  close(): void;
}
