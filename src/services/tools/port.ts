import type { Failure } from '../../errors/index.ts';
import type { SchemaReference, ToolType } from '../../manifest/index.ts';
import type { ToolCapability, ToolRisk } from './capabilities.ts';

export type ToolMode = 'normal' | 'analysis_only' | 'dry_run';

export interface ToolCall {
  readonly tool: string;
  /** Plain JSON. Nothing at all counts as {}. */
  readonly arguments: unknown;
  readonly mode: ToolMode;
  /** The same for every run of the same stage, so that work done twice can be noticed. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
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
  readonly inputSchema?: SchemaReference;
  readonly outputSchema?: SchemaReference;
  readonly timeoutMs: number;
  readonly maxOutputBytes: number;
}

export interface ToolRuntime {
  /** What is wrong with a call before it is made: no such tool, or arguments that do not fit. */
  check(tool: string, arguments_: unknown): Failure | undefined;
  /** Never throws: whatever happens is an outcome. */
  call(call: ToolCall): Promise<ToolOutcome>;
  describe(): ToolDescription[];
  /** Ends what runs, waits for it, and refuses further calls. */
  close(): Promise<void>;
}

/** The part of a JSON Schema validator that tools need. */
export interface ToolSchemas {
  /** Every violation, none when the value fits. Throws when the schema itself cannot be used. */
  validate(reference: SchemaReference, value: unknown): readonly SchemaViolation[];
}

export interface SchemaViolation {
  readonly path: string;
  readonly rule: string;
  readonly message: string;
}
