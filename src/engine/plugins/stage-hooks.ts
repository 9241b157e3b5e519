import type { ReadyAgent, Tell } from '../../actors/index.ts';
import type { Failure } from '../../errors/index.ts';
import type { StageCall, StageResult, StageRest, StageStart } from '../../hosts/index.ts';
import type { PluginSet, SchemaValidator } from '../../services/index.ts';
import { agentOfNode, toolOfNode } from '../stages/agent-of-node.ts';
import { asStageFailure } from '../stages/stage-failure.ts';
import { checkSize } from '../stages/value-size.ts';
import { outputProblem } from './agent-hooks.ts';
import { placeOf } from './hook-place.ts';
import type { ToolHooks } from './tool-hooks.ts';

export interface StageHooksOptions {
  readonly plugins: PluginSet;
  readonly tellerFor: (call: StageCall) => Tell;
  readonly maxValueBytes: number;
  readonly agents: ReadonlyMap<string, ReadyAgent>;
  readonly validator: Pick<SchemaValidator, 'validate'>;
  readonly toolHooks: Pick<ToolHooks, 'outputProblem'>;
}

/**
 * What has been planned of a stage, with the hooks around it. Without hooks it is what it was: a pure stage answers at once. A
 * question to a person is not asked about.
 */
export function withStageHooks(
  options: StageHooksOptions,
  call: StageCall,
  planned: StageResult | StageStart,
): StageResult | StageStart {
  const { plugins } = options;
  const type = nodeTypeOf(call);
  if (type === 'feedback' || !isAsked(plugins, planned)) return planned;
  const stage: HookedStage = { ...options, call, type };
  const isStart = 'begin' in planned;
  return {
    needs: isStart ? planned.needs : [],
    begin: async () => aroundStage(stage, async () => (isStart ? planned.begin() : planned)),
    ...(isStart && { spent: () => planned.spent?.() }),
  };
}

function isAsked(plugins: PluginSet, planned: StageResult | StageStart): boolean {
  if (plugins.has('before_stage') || plugins.has('after_stage')) return true;
  return plugins.has('on_error') && !('ok' in planned && planned.ok);
}

interface HookedStage extends StageHooksOptions {
  readonly call: StageCall;
  readonly type: string;
}

function nodeTypeOf({ task, stage }: StageCall): string {
  return task.runnable.core.graph.byId.get(stage.node)?.type ?? 'unknown';
}

async function aroundStage(
  stage: HookedStage,
  begin: () => Promise<StageResult | StageRest>,
): Promise<StageResult | StageRest> {
  const { call } = stage;
  const node = call.stage.node;
  try {
    const refused = await before(stage);
    if (refused !== undefined) return await failing(stage, { ok: false, failure: refused });
    const end = await begin();
    if ('rests' in end) return end;
    return end.ok ? await after(stage, end) : await failing(stage, end);
  } catch (error) {
    if (call.signal.aborted)
      return { ok: false, failure: { code: 'cancelled.task', message: `Stage "${node}" was stopped.` } };
    return { ok: false, failure: asStageFailure(error, node) };
  }
}

async function before(stage: HookedStage): Promise<Failure | undefined> {
  const { plugins, call, type } = stage;
  if (!plugins.has('before_stage')) return undefined;
  const outcome = await plugins.run({ point: 'before_stage', about: { nodeType: type }, ...common(stage) });
  return outcome.kind === 'stop' ? outcome.failure : stopOf(call);
}

function stopOf({ signal, stage }: StageCall): Failure | undefined {
  return signal.aborted ? { code: 'cancelled.task', message: `Stage "${stage.node}" was stopped.` } : undefined;
}

async function after(stage: HookedStage, end: StageResult & { ok: true }): Promise<StageResult> {
  const { plugins, call, type, maxValueBytes } = stage;
  if (!plugins.has('after_stage')) return end;
  const outcome = await plugins.run({
    point: 'after_stage',
    about: { nodeType: type, output: end.output },
    ...common(stage),
    accept({ value, about }) {
      if (end.choice !== undefined) return { problem: 'what a decision chose is not changed' };
      const failure = checkSize(value, { stage: call.stage.node, maxBytes: maxValueBytes });
      const problem = failure?.message ?? misfit(stage, value);
      return problem === undefined ? { about: { ...about, output: value } } : { problem };
    },
  });
  const usage = end.usage === undefined ? {} : { usage: end.usage };
  if (outcome.kind === 'stop') return failing(stage, { ok: false, failure: outcome.failure, ...usage });
  return outcome.isChanged ? { ...end, output: outcome.about.output } : end;
}

/** Why a value cannot be what the agent or the tool of a node gives. */
function misfit({ call, type, agents, validator, toolHooks }: HookedStage, value: unknown): string | undefined {
  const { task, stage } = call;
  if (type === 'agent') {
    const agent = agents.get(agentOfNode(task, stage.node) ?? '');
    return agent === undefined ? undefined : outputProblem(agent, validator, value);
  }
  const tool = type === 'tool' ? toolOfNode(task, stage.node) : undefined;
  return tool === undefined ? undefined : toolHooks.outputProblem(tool, value);
}

/** Nothing that is answered there changes what has failed. */
async function failing(stage: HookedStage, end: StageResult & { ok: false }): Promise<StageResult> {
  const { plugins } = stage;
  if (plugins.has('on_error'))
    await plugins.run({ point: 'on_error', about: { of: 'stage', failure: end.failure }, ...common(stage) });
  return end;
}

function common({ call, tellerFor }: HookedStage): {
  readonly place: ReturnType<typeof placeOf>;
  readonly tell: Tell;
  readonly signal: AbortSignal;
} {
  return { place: placeOf(call), tell: tellerFor(call), signal: call.signal };
}
