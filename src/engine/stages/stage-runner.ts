import type { AgentCall, ReadyAgent, Tell, ToolStageCall } from '../../actors/index.ts';
import type { Failure } from '../../errors/index.ts';
import {
  scopeFor,
  type StageCall,
  type StageRest,
  type StageResult,
  type StageRunner,
  type StageUsage,
} from '../../hosts/index.ts';
import type { Question, StageProgram, StageScope, Work } from '../../manifest-compiler/index.ts';
import {
  readToolPlan,
  type ChangeRecorder,
  type MemoryStores,
  type ToolMode,
  type ToolPlanStep,
} from '../../services/index.ts';
import { agentOfNode } from './agent-of-node.ts';
import { asStageFailure } from './stage-failure.ts';
import type { ActorWork } from './actor-work.ts';
import { runRepeat, runWorkflow } from './child-stages.ts';
import { runMap } from './map-stage.ts';
import { runToolPlan } from './tool-plan.ts';
import { anyStage, providerPlaces, toolPlaces } from './stage-limits.ts';
import { checkSize } from './value-size.ts';

export interface StageRunnerOptions {
  readonly agents: ReadonlyMap<string, ReadyAgent>;
  readonly work: ActorWork;
  readonly stores: MemoryStores;
  /** Largest output of a stage, as JSON, in bytes. */
  readonly maxValueBytes: number;
  readonly tellerFor: (call: StageCall) => Tell;
  /** Keeps what its tools do to files. Absent where nothing is kept. */
  readonly changesOf?: (call: StageCall) => ChangeRecorder;
}

/** Runs the stages of one definition: pure ones at once, agents and tools as actors. */
export function createStageRunner(options: StageRunnerOptions): StageRunner {
  return (call) => {
    const program = call.task.runnable.pipeline.programs.get(call.stage.node);
    if (program === undefined)
      return failed({ code: 'internal.bug', message: `Stage "${call.stage.node}" has no program.` });
    try {
      const scope = scopeFor(call.task, call.stage);
      const work = program.plan(scope);
      const attempt = { options, call, program, scope };
      if (work.kind === 'value') return conclude(attempt, work.value);
      if (work.kind === 'feedback') return { needs: [], begin: () => ask(attempt, work.question) };
      const outward = work.kind === 'tool_plan' ? { kind: work.kind, steps: stepsOf(attempt, work) } : work;
      return { needs: needsOf(attempt, outward), begin: () => runElsewhere(attempt, outward) };
    } catch (error) {
      return failed(asStageFailure(error, call.stage.node));
    }
  };
}

/** Work that reaches out of the process. A plan has been read: its tools need places, too. */
type OutwardWork =
  | Exclude<Work, { kind: 'value' | 'feedback' | 'tool_plan' }>
  | { readonly kind: 'tool_plan'; readonly steps: readonly ToolPlanStep[] };

/** What the places of the engine are counted by. Child tasks take theirs themselves. */
function needsOf({ options }: Attempt, work: OutwardWork): readonly string[] {
  switch (work.kind) {
    case 'agent': {
      const provider = options.agents.get(work.agent)?.model.spec.provider;
      return provider === undefined ? [anyStage] : [anyStage, providerPlaces(provider)];
    }
    case 'tool':
      return [anyStage, toolPlaces(work.tool)];
    case 'tool_plan':
      // Those of all its steps at once: a stage that waited in between would keep a place from others.
      return [anyStage, ...new Set(work.steps.map(({ tool }) => toolPlaces(tool)))];
    case 'map':
    case 'repeat':
    case 'workflow':
      return [];
  }
}

interface Attempt {
  readonly options: StageRunnerOptions;
  readonly call: StageCall;
  readonly program: StageProgram;
  readonly scope: StageScope;
}

function conclude({ program, scope, options, call }: Attempt, output: unknown): StageResult {
  const stage = call.stage.node;
  try {
    const conclusion = program.conclude(output, scope);
    const failure = checkSize(conclusion.output, { stage, maxBytes: options.maxValueBytes });
    return failure === undefined ? { ok: true, ...conclusion } : failed(failure);
  } catch (error) {
    return failed(asStageFailure(error, stage)); // here, since what the work has cost must not be lost
  }
}

/** The answer comes as the result of the stage, whenever that is. */
function ask({ options, call }: Attempt, { actions }: Question): StageRest {
  options.tellerFor(call)({ type: 'feedback.requested', data: { actions: [...actions] } });
  return { rests: 'waiting' };
}

async function runElsewhere(attempt: Attempt, work: OutwardWork): Promise<StageResult | StageRest> {
  const { call } = attempt;
  try {
    switch (work.kind) {
      case 'agent':
        return await runAgent(attempt, work);
      case 'tool':
        return await runTool(attempt, work);
      case 'tool_plan':
        return await runPlan(attempt, work.steps);
      case 'map':
        return concludeChildren(attempt, await runMap(call, work));
      case 'repeat':
        return concludeChildren(attempt, await runRepeat(call, work));
      case 'workflow':
        return concludeChildren(attempt, await runWorkflow(call, work));
    }
  } catch (error) {
    if (call.signal.aborted)
      return failed({ code: 'cancelled.task', message: `Stage "${call.stage.node}" was stopped.` });
    return failed(asStageFailure(error, call.stage.node));
  }
}

function concludeChildren(attempt: Attempt, outcome: StageResult | StageRest): StageResult | StageRest {
  if ('rests' in outcome || !outcome.ok) return outcome;
  const { partial, usage } = outcome;
  const result = conclude(attempt, outcome.output);
  return { ...result, ...(partial === true && result.ok && { partial }), ...usageOf(usage) };
}

async function runAgent(attempt: Attempt, work: Work & { kind: 'agent' }): Promise<StageResult> {
  const { options, call } = attempt;
  const agent = options.agents.get(work.agent);
  if (agent === undefined) return failed({ code: 'config.invalid', message: `There is no agent "${work.agent}".` });
  const agentCall = agentCallFor(attempt, agent, work.input);
  agentCall.tell({ type: 'agent.called', data: { agent: agent.id, model: agent.model.alias } });
  const { notes, failure } = await options.work.runAgent(call.stage.node, agentCall);
  const spent = usageOf(notes.reply?.usage);
  if (failure !== undefined) return { ok: false, failure, ...spent };
  return { ...conclude(attempt, 'output' in notes ? notes.output : (notes.reply?.text ?? null)), ...spent };
}

function agentCallFor({ options, call }: Attempt, agent: ReadyAgent, input: unknown): AgentCall {
  const { creation } = call.task;
  return {
    agent,
    taskId: creation.id,
    stage: call.stage.node,
    attempt: call.stage.attempt,
    mode: creation.mode,
    taskInput: creation.input,
    input,
    idempotencyKey: call.idempotencyKey,
    stores: {
      task_store: options.stores.task(creation.id),
      project_store: options.stores.project,
      global_store: options.stores.global,
    },
    tell: options.tellerFor(call),
    signal: call.signal,
  };
}

async function runTool(attempt: Attempt, work: Work & { kind: 'tool' }): Promise<StageResult> {
  const { options, call } = attempt;
  const { tool, arguments: arguments_ } = work;
  const toolCall = { ...toolCallFor(attempt), tool, arguments: arguments_ };
  const { notes, failure } = await options.work.runTool(call.stage.node, toolCall);
  return failure === undefined ? conclude(attempt, notes.output ?? null) : failed(failure);
}

function stepsOf({ options, call }: Attempt, { writer, plan }: Work & { kind: 'tool_plan' }): readonly ToolPlanStep[] {
  const agent = agentOfNode(call.task, writer) ?? '';
  const tools = options.agents.get(agent)?.tools ?? [];
  return readToolPlan(plan, { node: writer, agent, tools });
}

async function runPlan(attempt: Attempt, steps: readonly ToolPlanStep[]): Promise<StageResult> {
  const { options, call } = attempt;
  const run = { stage: call.stage.node, work: options.work, call: toolCallFor(attempt) };
  const result = await runToolPlan(run, steps);
  return result.ok ? conclude(attempt, result.output) : failed(result.failure);
}

function toolCallFor({ options, call }: Attempt): Omit<ToolStageCall, 'tool' | 'arguments'> {
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

function usageOf(usage: StageUsage | undefined): { readonly usage?: StageUsage } {
  return usage === undefined ? {} : { usage };
}

function failed(failure: Failure): StageResult {
  return { ok: false, failure };
}
