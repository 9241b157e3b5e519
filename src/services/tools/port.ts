import type { Failure } from '../../errors/index.ts';
import type { SchemaReference, StoreName, ToolCapability, ToolRisk, ToolType } from '../../manifest/index.ts';
import type { ReadOptions, Repair, Verdict } from '../json/index.ts';
import type { DeclaredLevel } from '../security/index.ts';
import type { MemoryStore } from '../memory/index.ts';

export type ToolMode = 'normal' | 'analysis_only' | 'dry_run';

export interface ToolCall {
  readonly tool: string;
  /** Plain JSON. Nothing at all counts as {}. */
  readonly arguments: unknown;
  readonly mode: ToolMode;
  /** The same for every run of the same stage, so that work done twice can be noticed. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  /** Told of every change of a file before it is made. Default: nobody is. */
  readonly changes?: ChangeRecorder;
  /** What memory tools work on; no other tool gets at it. */
  readonly memory?: CallMemory;
  /** What the agent and the task of the call permit, where they narrow what the engine and the tool do. */
  readonly levels?: readonly DeclaredLevel[];
  /** Told what was allowed and what was refused. Default: nobody is. */
  readonly onChecked?: (check: SecurityCheck) => void;
}

/** One decision about a call, and what decided. */
export interface SecurityCheck {
  readonly allowed: boolean;
  readonly tool: string;
  readonly capabilities: readonly ToolCapability[];
  /** Of the arguments without what is secret in them: sha256 in hexadecimal. */
  readonly argumentsHash: string;
  readonly level: string;
  readonly rule: string;
}

/** The memory of the task that calls. */
export interface CallMemory {
  readonly stores: Readonly<Record<StoreName, MemoryStore>>;
  /** The stage that calls, as what it remembers names it. */
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A change of a file that is about to be made; hashes are sha256 in hexadecimal. */
export interface PlannedChange {
  readonly tool: string;
  /** Relative to the project directory, with "/". */
  readonly path: string;
  /** null when there is no file. */
  readonly before_hash: string | null;
  readonly after_hash: string;
  /** What is in the file, if there is one and it is not larger than the recorder takes. */
  readonly content?: Buffer;
  /** Directories that were made for the file, outermost first; relative as the path is. */
  readonly directories: readonly string[];
}

export interface ChangeRecorder {
  readonly maxContentBytes: number;
  /** The change is durable when it returns. Throws when it cannot be: then the file has to stay as it is. */
  record(change: PlannedChange): void;
}

/** The files that one tool may change, for those who take changes back. Paths are relative to the project directory. */
export interface WorkspaceFiles {
  /** sha256 of what is there; null when nothing is. Rejects with the failure of a place that the tool may not write to. */
  hashAt(path: string): Promise<string | null>;
  /** Puts content there in one step; null removes the file. Rejects when something else is there than is expected. */
  restore(path: string, restored: RestoredContent): Promise<void>;
  /** False when it is not empty, or not there. */
  removeDirectory(path: string): Promise<boolean>;
}

export interface RestoredContent {
  readonly content: Buffer | null;
  /** sha256 of what is there now; null for nothing. */
  readonly expected: string | null;
}

/** What a tool changed in a file; hashes are sha256 in hexadecimal. */
export interface ChangeRecord {
  /** Relative to the project directory, with "/". */
  readonly path: string;
  /** null when there was no file. */
  readonly before_hash: string | null;
  readonly after_hash: string;
  readonly bytes: number;
}

export type ToolOutcome =
  | {
      readonly ok: true;
      /** Plain JSON. */
      readonly output: unknown;
      /** The safe mode that kept the tool from running. */
      readonly notRun?: 'analysis_only' | 'dry_run';
      readonly changes?: readonly ChangeRecord[];
    }
  | { readonly ok: false; readonly failure: Failure };

export interface ToolDescription {
  readonly name: string;
  readonly type: ToolType;
  readonly description: string;
  readonly capabilities: readonly ToolCapability[];
  readonly risk: ToolRisk;
  /** It changes nothing, here or elsewhere. */
  readonly isReadOnly: boolean;
  readonly inputSchema?: SchemaReference;
  readonly outputSchema?: SchemaReference;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

export type ReadArguments =
  | { readonly ok: true; readonly value: unknown; readonly repair: Repair }
  | { readonly ok: false; readonly failure: Failure };

export interface ToolRuntime {
  /**
   * The arguments that a model wrote for a tool, as an object or as text, repaired as far as that is safe. A tool that could
   * do harm gets none that had to be repaired with a loss. Never throws for what models write.
   */
  readArguments(tool: string, written: unknown, options?: ReadOptions): ReadArguments;
  /** What is wrong with a call before it is made: no such tool, or arguments that do not fit. */
  check(tool: string, arguments_: unknown): Failure | undefined;
  /** Why a person has to allow a call before it is made; nothing when nobody is asked, or it would not run at all. */
  consent(call: Pick<ToolCall, 'tool' | 'arguments' | 'mode'>): ConsentNeed | undefined;
  /**
   * The denial that a call would end with, as far as that can be known without running it; `onChecked` is told of it. Never throws.
   */
  denial(call: ToolCall): Promise<Failure | undefined>;
  /** Never throws: whatever happens is an outcome. */
  call(call: ToolCall): Promise<ToolOutcome>;
  describe(): ToolDescription[];
  /**
   * Has those of the tools that come from a server say what they take, so that they can be described. Starts nothing that the
   * mode or a permission forbids. Never rejects: a tool that cannot be reached fails when it is called.
   */
  learn(tools: readonly string[], bounds: Pick<ToolCall, 'mode' | 'signal' | 'levels'>): Promise<void>;
  /** Nothing for a tool that does not exist or changes no files. */
  files(tool: string): WorkspaceFiles | undefined;
  /** Ends what runs, waits for it, and refuses further calls. */
  close(): Promise<void>;
}

/** Why a person is asked before a call, and what is shown of it. */
export interface ConsentNeed {
  /** What asks for it: "tools.deploy.consent: always". */
  readonly rule: string;
  readonly risk: ToolRisk;
  readonly capabilities: readonly ToolCapability[];
  /** Redacted and cut. */
  readonly arguments: unknown;
  /** Of a tool that runs a command, as it is declared. */
  readonly command?: string;
  /** Of all arguments, as they are. */
  readonly argumentsHash: string;
  /** Names the calls that are alike: of the same tool, declared the same; for commands with the same arguments. */
  readonly likeness: string;
  readonly timeoutMs?: number;
}

/** The part of a JSON Schema validator that tools need. */
export interface ToolSchemas {
  /** Every violation, none when the value fits. Throws when the schema itself cannot be used. */
  validate(reference: SchemaReference, value: unknown): readonly SchemaViolation[];
  /** The value that a text stands for, or why it has none. Throws as `validate` does. */
  judge(raw: string, reference: SchemaReference, options?: ReadOptions): Verdict;
  /** The same for a value that somebody else has parsed. */
  judgeValue(value: unknown, reference: SchemaReference): Verdict;
}

export interface SchemaViolation {
  readonly path: string;
  readonly rule: string;
  readonly message: string;
}
