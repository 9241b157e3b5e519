import type { AgentTool, ReadyAgent, Tell, ToolStageCall } from '../../actors/index.ts';
import type { Failure } from '../../errors/index.ts';
import { rootOf, type Places, type StageCall, type StageResult, type TaskRecord } from '../../hosts/index.ts';
import type { StageProgram, StageScope } from '../../manifest-compiler/index.ts';
import type { PermissionsSpec, ProjectSpec } from '../../manifest/index.ts';
import type {
  CallMemory,
  ChangeRecorder,
  DeclaredLevel,
  MemoryStores,
  PluginSet,
  SchemaValidator,
} from '../../services/index.ts';
import type { ActorWork } from './actor-work.ts';
import type { Budgets } from './budgets.ts';
import type { Consents } from './consents.ts';
import type { StageLog } from './call-logs.ts';
import { takePlace } from './call-places.ts';
import { asStageFailure } from './stage-failure.ts';
import { toolPlaces } from './stage-limits.ts';
import { effectsFor, type OverrideGate } from '../overrides/gate.ts';
import type { ToolHooks } from '../plugins/tool-hooks.ts';
import type { ModelTable } from './ready-models.ts';
import type { PlanRun } from './tool-plan.ts';
import { toolMode } from './tool-mode.ts';
import { checkSize } from './value-size.ts';

export interface StageRunnerOptions {
  readonly agents: ReadonlyMap<string, ReadyAgent>;
  readonly models: ModelTable;
  readonly project: ProjectSpec;
  readonly gate: OverrideGate;
  readonly plugins: PluginSet;
  readonly toolHooks: ToolHooks;
  readonly validator: Pick<SchemaValidator, 'validate'>;
  /** The tools of an agent, as they are now. Those that come from a server are asked for, as far as the mode permits it. */
  readonly toolsOf: (
    agent: ReadyAgent,
    bounds: Pick<ToolStageCall, 'mode' | 'signal' | 'levels'>,
  ) => Promise<readonly AgentTool[]>;
  /** Whether a tool changes nothing. */
  readonly isReadOnly: PlanRun['isReadOnly'];
  readonly readArguments: PlanRun['readArguments'];
  readonly work: ActorWork;
  readonly stores: MemoryStores;
  readonly now: () => number;
  /** Largest output of a stage, as JSON, in bytes. */
  readonly maxValueBytes: number;
  readonly budgets: Budgets;
  readonly consents: Consents;
  readonly places: Places;
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

/** One that reaches out of the process. */
export interface LoggedAttempt extends Attempt {
  readonly log: StageLog;
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

/** `agent` asked for the calls. */
export function planRunFor(attempt: LoggedAttempt, agent: string | undefined): PlanRun {
  const { options, call, log } = attempt;
  const stage = call.stage.node;
  const bounds = toolCallFor(attempt, agent);
  return {
    stage,
    work: options.work,
    call: bounds,
    takePlace: (tool) => placeFor(attempt, toolPlaces(tool)),
    log,
    prefix: 'tool',
    isReadOnly: options.isReadOnly,
    readArguments: options.readArguments,
    before: (planned) => options.toolHooks.before({ call, log }, { ...planned, ...(agent !== undefined && { agent }) }),
    permit: (wanted) => options.consents.permit(call, { ...wanted, ...(agent !== undefined && { agent }) }, bounds),
  };
}

/** Waits for a place for a call, by turns with other tasks, and gives what gives it back. Throws when the stage is stopped. */
export async function placeFor({ options, call }: Attempt, need: string): Promise<() => void> {
  return takePlace(options.places, {
    turn: rootOf(call.task.creation.id),
    needs: [need],
    signal: call.signal,
  });
}

/** What narrows a call is who asks for it and in which task; `agent` is absent where the workflow itself does. */
export function toolCallFor(
  { options, call, log }: LoggedAttempt,
  agent: string | undefined,
): Omit<ToolStageCall, 'tool' | 'arguments'> {
  const levels = levelsOf(call.task, options.agents.get(agent ?? ''));
  return {
    taskId: call.task.creation.id,
    mode: toolMode(call.task.creation.mode),
    idempotencyKey: call.idempotencyKey,
    tell: options.tellerFor(call),
    signal: call.signal,
    ...(agent !== undefined && { agent }),
    ...(levels.length > 0 && { levels }),
    memory: memoryFor(options, call),
    ...options.toolHooks.after({ call, log }, agent),
    ...(options.changesOf !== undefined && { changes: options.changesOf(call) }),
  };
}

export function levelsOf(task: TaskRecord, agent: ReadyAgent | undefined): readonly DeclaredLevel[] {
  const ofTask = task.creation.permissions;
  const ofOverrides: readonly PermissionsSpec[] = effectsFor(task)?.permissions ?? [];
  const ofAgent = agent?.permissions;
  return [
    ...(ofAgent === undefined
      ? []
      : [{ name: 'agent' as const, place: `agents.${agent?.id}.permissions`, permissions: ofAgent }]),
    ...(ofTask === undefined ? [] : [{ name: 'task' as const, place: 'task.permissions', permissions: ofTask }]),
    ...ofOverrides.map((permissions) => ({ name: 'task' as const, place: 'task.overrides', permissions })),
  ];
}

/** The store of a task is made when the first tool asks for it. */
function memoryFor({ stores, now }: StageRunnerOptions, { task, stage }: StageCall): CallMemory {
  const { project: project_store, global: global_store } = stores;
  return {
    stores: {
      get task_store() {
        return stores.task(task.creation.id);
      },
      project_store,
      global_store,
    },
    source: stage.node,
    now,
  };
}

export function failed(failure: Failure): StageResult {
  return { ok: false, failure };
}
