import type { AgentTool, ReadyAgent, Tell, ToolStageCall } from '../../actors/index.ts';
import type { Failure } from '../../errors/index.ts';
import type { StageCall, StageResult } from '../../hosts/index.ts';
import type { StageProgram, StageScope } from '../../manifest-compiler/index.ts';
import type { ChangeRecorder, MemoryStores, ToolMode } from '../../services/index.ts';
import type { ActorWork } from './actor-work.ts';
import type { Budgets } from './budgets.ts';
import type { StageLog } from './call-logs.ts';
import { asStageFailure } from './stage-failure.ts';
import type { PlanRun } from './tool-plan.ts';
import { checkSize } from './value-size.ts';

export interface StageRunnerOptions {
  readonly agents: ReadonlyMap<string, ReadyAgent>;
  /** The tools of an agent, as they are now. */
  readonly toolsOf: (agent: ReadyAgent) => readonly AgentTool[];
  /** Whether a tool changes nothing. */
  readonly isReadOnly: PlanRun['isReadOnly'];
  readonly readArguments: PlanRun['readArguments'];
  readonly work: ActorWork;
  readonly stores: MemoryStores;
  /** Largest output of a stage, as JSON, in bytes. */
  readonly maxValueBytes: number;
  readonly budgets: Budgets;
  readonly tellerFor: (call: StageCall) => Tell;
  readonly logOf: (call: StageCall) => StageLog;
  /** Keeps what its tools do to files. Absent where nothing is kept. */
  readonly changesOf?: (call: StageCall) => ChangeRecorder;
}

/** One attempt of a stage, with what it runs on. */
export interface Attempt {
  readonly options: StageRunnerOptions;
  readonly call: StageCall;
  readonly program: StageProgram;
  readonly scope: StageScope;
}

export function conclude({ program, scope, options, call }: Attempt, output: unknown): StageResult {
  const stage = call.stage.node;
  try {
    const conclusion = program.conclude(output, scope);
    const failure = checkSize(conclusion.output, { stage, maxBytes: options.maxValueBytes });
    return failure === undefined ? { ok: true, ...conclusion } : failed(failure);
  } catch (error) {
    return failed(asStageFailure(error, stage)); // here, since what the work has cost must not be lost
  }
}

export function planRunFor(attempt: Attempt, log: StageLog): PlanRun {
  const { options, call } = attempt;
  const stage = call.stage.node;
  return {
    stage,
    work: options.work,
    call: toolCallFor(attempt),
    log,
    prefix: 'tool',
    isReadOnly: options.isReadOnly,
    readArguments: options.readArguments,
  };
}

export function toolCallFor({ options, call }: Attempt): Omit<ToolStageCall, 'tool' | 'arguments'> {
  return {
    taskId: call.task.creation.id,
    mode: toolMode(call.task.creation.mode),
    idempotencyKey: call.idempotencyKey,
    tell: options.tellerFor(call),
    signal: call.signal,
    ...(options.changesOf !== undefined && { changes: options.changesOf(call) }),
  };
}

/** Modes of tasks are free words; two of them keep tools from doing harm. */
function toolMode(mode: string): ToolMode {
  return mode === 'analysis_only' || mode === 'dry_run' ? mode : 'normal';
}

export function failed(failure: Failure): StageResult {
  return { ok: false, failure };
}
