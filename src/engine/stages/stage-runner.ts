import {
  scopeFor,
  type StageCall,
  type StageRest,
  type StageResult,
  type StageRunner,
  type StageStart,
  type StageUsage,
} from '../../hosts/index.ts';
import { tellDenial } from '../../actors/index.ts';
import { failureOf, type Failure } from '../../errors/index.ts';
import type { Work } from '../../manifest-compiler/index.ts';
import { readToolPlan, type ToolPlanStep } from '../../services/index.ts';
import { withStageHooks } from '../plugins/stage-hooks.ts';
import { agentOfNode } from './agent-of-node.ts';
import { runAgent, spentBy } from './agent-stage.ts';
import {
  conclude,
  failed,
  planRunFor,
  toolCallFor,
  type Attempt,
  type LoggedAttempt,
  type StageRunnerOptions,
} from './attempt.ts';
import { runRepeat, runWorkflow } from './child-stages.ts';
import { runMap } from './map-stage.ts';
import { asStageFailure } from './stage-failure.ts';
import { anyStage, toolPlaces } from './stage-limits.ts';
import { planFailure, runSteps } from './tool-plan.ts';

/** Runs the stages of one definition: pure ones at once, agents and tools as actors. */
export function createStageRunner(options: StageRunnerOptions): StageRunner {
  return (call) => {
    const { refused } = call.task.creation;
    if (refused !== undefined) return failed(refused);
    return options.gate.pass(call, () => withStageHooks(options, call, startStage(options, call)));
  };
}

function startStage(options: StageRunnerOptions, call: StageCall): StageResult | StageStart {
  const program = call.task.runnable.pipeline.programs.get(call.stage.node);
  if (program === undefined)
    return failed({ code: 'internal.bug', message: `Stage "${call.stage.node}" has no program.` });
  try {
    const scope = scopeFor(call.task, call.stage);
    const work = program.plan(scope);
    const attempt = { options, call, program, scope };
    if (work.kind === 'value') return conclude(attempt, work.value);
    if (work.kind === 'feedback') return { needs: [], begin: ask };
    const outward = work.kind === 'tool_plan' ? readPlan(attempt, work) : work;
    return startOf({ ...attempt, log: options.logOf(call) }, outward);
  } catch (error) {
    return failed(asStageFailure(error, call.stage.node));
  }
}

function startOf(attempt: LoggedAttempt, work: OutwardWork): StageStart {
  return {
    needs: needsOf(work),
    begin: () => runElsewhere(attempt, work),
    ...(work.kind === 'agent' && { spent: () => spentBy(attempt) }),
  };
}

/** Work that reaches out of the process. A plan has been read: its tools need places, too. */
type OutwardWork = Exclude<Work, { kind: 'value' | 'feedback' | 'tool_plan' }> | ReadPlan;

interface ReadPlan {
  readonly kind: 'tool_plan';
  /** The agent that wrote it: the calls are its own. */
  readonly agent: string;
  readonly steps: readonly ToolPlanStep[];
}

/** What the places of the engine are counted by. Child tasks take theirs themselves, as do the calls of agents and of tool plans. */
function needsOf(work: OutwardWork): readonly string[] {
  switch (work.kind) {
    case 'agent':
    case 'tool_plan':
      return [anyStage];
    case 'tool':
      return [anyStage, toolPlaces(work.tool)];
    case 'map':
    case 'repeat':
    case 'workflow':
      return [];
  }
}

/** The answer comes as the result of the stage, whenever that is. */
function ask(): StageRest {
  return { rests: 'waiting' };
}

async function runElsewhere(attempt: LoggedAttempt, work: OutwardWork): Promise<StageResult | StageRest> {
  const { call } = attempt;
  try {
    switch (work.kind) {
      case 'agent':
        return await runAgent(attempt, work);
      case 'tool':
        return await runTool(attempt, work);
      case 'tool_plan':
        return await runPlan(attempt, work);
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

async function runTool(attempt: LoggedAttempt, work: Work & { kind: 'tool' }): Promise<StageResult | StageRest> {
  const { options, call, log } = attempt;
  const { tool } = work;
  // Another attempt is another call.
  const key = `tool/${call.stage.attempt}`;
  const goOn = call.holdTime(); // hooks may have the call wait for its turn
  const planned = await options.toolHooks.before({ call, log }, { key, tool, arguments: work.arguments }).finally(goOn);
  if ('refused' in planned) return denied(attempt, tool, planned.refused);
  const { arguments: arguments_ } = planned;
  const bounds = toolCallFor(attempt, undefined);
  const permit = await options.consents.permit(call, { key: 'tool', tool, arguments: arguments_ }, bounds);
  if (permit === 'asked') return { rests: 'waiting' };
  if (permit !== 'granted') return denied(attempt, tool, permit.refused);
  const toolCall = { ...bounds, tool, arguments: arguments_ };
  const { notes, failure } = await options.work.runTool(call.stage.node, toolCall);
  return failure === undefined ? conclude(attempt, notes.output ?? null) : failed(failure);
}

function denied({ options, call }: Attempt, tool: string, failure: Failure): StageResult {
  options.tellerFor(call)({ type: 'tool.denied', data: { tool, reason: failure.message } });
  return failed(failure);
}

function readPlan({ options, call }: Attempt, { kind, writer, plan }: Work & { kind: 'tool_plan' }): ReadPlan {
  const agent = agentOfNode(call.task, writer) ?? '';
  const tools = options.agents.get(agent)?.tools ?? [];
  try {
    return { kind, agent, steps: readToolPlan(plan, { node: writer, agent, tools }) };
  } catch (error) {
    tellDenial(options.tellerFor(call), { agent }, failureOf(error));
    throw error;
  }
}

async function runPlan(attempt: LoggedAttempt, { agent, steps }: ReadPlan): Promise<StageResult | StageRest> {
  const { log } = attempt;
  const { results, stopped, asks, fields } = await runSteps(planRunFor(attempt, agent), steps);
  if (asks === true) return { rests: 'waiting' };
  if (stopped === undefined) return conclude(attempt, { results, fields });
  log.end(false);
  return failed(planFailure({ results, stopped }));
}

function usageOf(usage: StageUsage | undefined): { readonly usage?: StageUsage } {
  return usage === undefined ? {} : { usage };
}
