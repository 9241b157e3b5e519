import { failureError, type Failure } from '../../errors/index.ts';
import type {
  CallMemory,
  ChangeRecorder,
  DeclaredLevel,
  HookPlace,
  SecurityCheck,
  ToolMode,
  ToolOutcome,
  ToolRuntime,
} from '../../services/index.ts';
import type { NotRun, Tell } from '../agent/call.ts';
import type { AgentHooks } from '../agent/hooks.ts';

/** One attempt of a tool's stage. */
export interface ToolStageCall {
  readonly taskId: string;
  /** The step of a tool plan that it is. */
  readonly step?: string;
  /** The step within its stage, with what tells it from those of the same name. */
  readonly place?: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly mode: ToolMode;
  readonly idempotencyKey: string;
  readonly tell: Tell;
  readonly signal: AbortSignal;
  readonly changes?: ChangeRecorder;
  /** Who asks for it; the workflow itself where it is absent. */
  readonly agent?: string;
  /** What narrows the tool for who asks and for the task. */
  readonly levels?: readonly DeclaredLevel[];
  readonly memory?: CallMemory;
  /** The output to go on with, as plugins leave it. Throws the failure of a veto. Absent where none is asked. */
  readonly review?: (made: ReviewedCall) => Promise<unknown>;
  /** Where plugins are asked about it. */
  readonly hookPlace?: HookPlace;
  /** Keeps what the tool gave, as long as plugins may still look at it. Absent where none does. */
  readonly results?: ToolResults;
  /** What plugins are asked before what the tool gave is remembered. */
  readonly memoryHooks?: Pick<AgentHooks, 'beforeWrite' | 'afterWrite'>;
}

/** What calls gave, by their idempotency keys: a call whose result is known is not made again. */
export interface ToolResults {
  find(call: string): ToolNotes | undefined;
  /** Durable when it returns. */
  keep(call: string, notes: ToolNotes): void;
}

/** A call that has ended well. */
export interface ReviewedCall {
  readonly tool: string;
  readonly step?: string;
  readonly arguments: unknown;
  readonly output: unknown;
}

export interface ToolNotes {
  readonly startedAt?: number;
  readonly output?: unknown;
  /** The safe mode that kept the tool from running. */
  readonly notRun?: NotRun;
}

export interface ToolStepRequest {
  readonly call: ToolStageCall;
  readonly notes: ToolNotes;
  readonly runtime: ToolRuntime;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

type ToolStepFunction = (request: ToolStepRequest) => Promise<ToolNotes>;

/** The steps of a tool stage, by the names that stage templates use. */
export const toolSteps = {
  async validate_tool_input({ call, runtime, now }) {
    const failure = runtime.check(call.tool, call.arguments);
    if (failure !== undefined) throw fail({ call, failure, durationMs: 0 });
    return { startedAt: now() };
  },

  async execute_tool({ call, runtime, now, signal }) {
    const startedAt = now();
    const { tool, mode, idempotencyKey, changes, memory } = call;
    call.tell({ type: 'tool.called', call: idempotencyKey, data: { ...nameOf(call), arguments: call.arguments } });
    const outcome = await runtime.call({
      tool,
      arguments: call.arguments,
      mode,
      idempotencyKey,
      signal,
      ...(changes !== undefined && { changes }),
      ...(memory !== undefined && { memory }),
      ...(call.levels !== undefined && { levels: call.levels }),
      onChecked: (check) => tellCheck(call, check),
    });
    if (outcome.ok) return { startedAt, output: outcome.output, ...notRunOf(outcome) };
    throw fail({ call, failure: outcome.failure, durationMs: now() - startedAt });
  },

  async emit_telemetry({ call, notes, now }) {
    const durationMs = Math.max(0, now() - (notes.startedAt ?? now()));
    const { notRun } = notes;
    const kept = notRun === undefined ? {} : { notRun };
    const data = { ...nameOf(call), durationMs, ...kept, output: notes.output };
    call.tell({ type: 'tool.finished', call: call.idempotencyKey, data });
    return {};
  },
} as const satisfies Record<string, ToolStepFunction>;

export type ToolStep = keyof typeof toolSteps;

export function isToolStep(name: string): name is ToolStep {
  return Object.hasOwn(toolSteps, name);
}

function nameOf({ tool, step }: ToolStageCall): { readonly tool: string; readonly step?: string } {
  return { tool, ...(step !== undefined && { step }) };
}

function notRunOf({ notRun }: ToolOutcome & { ok: true }): Pick<ToolNotes, 'notRun'> {
  return notRun === undefined ? {} : { notRun };
}

/** Tells what was decided about a call. */
export function tellCheck(call: ToolStageCall, { allowed, capabilities, ...check }: SecurityCheck): void {
  const { agent, step, idempotencyKey } = call;
  const who = { ...(agent !== undefined && { agent }), ...(step !== undefined && { step }) };
  const data = { ...who, ...check, capabilities: [...capabilities] };
  const type = allowed ? 'security.checked' : 'security.denied';
  call.tell({ type, call: idempotencyKey, data });
}

interface ToolFailure {
  readonly call: ToolStageCall;
  readonly failure: Failure;
  readonly durationMs: number;
}

/** Tells telemetry, and gives the error that ends the stage. */
function fail({ call, failure, durationMs }: ToolFailure): Error {
  const { code, message, hint } = failure;
  const place = { call: call.idempotencyKey };
  if (code === 'permission.denied')
    call.tell({ type: 'tool.denied', ...place, data: { ...nameOf(call), reason: message } });
  else {
    const told = { code, message, ...(hint !== undefined && { hint }) };
    const data = { ...nameOf(call), durationMs: Math.max(0, durationMs), failure: told };
    call.tell({ type: 'tool.failed', ...place, data });
  }
  return failureError(failure);
}
