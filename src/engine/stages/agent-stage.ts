import { reviewedOutput, type AgentCall, type CallUsage, type ReadyAgent } from '../../actors/index.ts';
import { failureKinds } from '../../errors/index.ts';
import type { StageRest, StageResult, StageUsage, TaskRecord } from '../../hosts/index.ts';
import type { Work } from '../../manifest-compiler/index.ts';
import { nodeOf, writesPlan } from './agent-of-node.ts';
import { conclude, failed, levelsOf, placeFor, planRunFor, type LoggedAttempt } from './attempt.ts';
import { effectFor, estimateTokens } from '../../services/index.ts';
import { agentHooks } from '../plugins/agent-hooks.ts';
import { placeOf } from '../plugins/hook-place.ts';
import { askedOnce, type Settled } from '../plugins/kept-answers.ts';
import { effectsFor } from '../overrides/gate.ts';
import { overriddenAgent } from '../overrides/overridden-agent.ts';
import { providerPlaces } from './stage-limits.ts';
import { toolMode } from './tool-mode.ts';
import { runSteps } from './tool-plan.ts';

export async function runAgent(
  attempt: LoggedAttempt,
  work: Work & { kind: 'agent' },
): Promise<StageResult | StageRest> {
  const { options, call, log } = attempt;
  const { agent: id = work.agent, variant } = call.task.trace.get(call.stage.node) ?? {};
  const known = options.agents.get(id);
  if (known === undefined) return failed({ code: 'config.invalid', message: `There is no agent "${id}".` });
  const { models, project } = options;
  const effects = effectsFor(call.task);
  const node = nodeOf(call.task, call.stage.node);
  const agent = effects === undefined ? known : overriddenAgent(known, { node, effects, models, project });
  const mode = toolMode(call.task.creation.mode);
  const tools = await options.toolsOf(agent, { mode, signal: call.signal, levels: levelsOf(call.task, agent) });
  const settled = await inputOf(attempt, agent, work.input);
  if ('failure' in settled) return failed(settled.failure);
  const asking = new AbortController();
  const agentCall = agentCallFor(attempt, { agent, tools, input: settled.input, asking, ...tagOf(variant) });
  agentCall.tell({ type: 'agent.called', data: { agent: agent.id, model: agent.model.alias, ...tagOf(variant) } });
  const done = await unlessAsking(asking.signal, options.work.runAgent(call.stage.node, agentCall));
  if (done === 'asks') return { rests: 'waiting' };
  const { failure } = done;
  const spent = spentIn(log.usage());
  if (failure === undefined) {
    // A template may leave out the step that has plugins look at it.
    const notes = { ...done.notes, ...(await reviewedOutput({ call: agentCall, notes: done.notes })) };
    return { ...conclude(attempt, 'output' in notes ? notes.output : (notes.reply?.text ?? null)), ...spent };
  }
  // What was answered before the provider failed is not asked again.
  log.end(failureKinds[failure.code].category === 'provider');
  return { ok: false, failure, ...spent };
}

/** The input that plugins leave, once for an attempt. */
async function inputOf({ options, call, log }: LoggedAttempt, agent: ReadyAgent, input: unknown): Promise<Settled> {
  const { plugins, tellerFor } = options;
  if (!plugins.has('before_agent')) return { input };
  return askedOnce(log, { key: 'before_agent', input }, async () => {
    const outcome = await plugins.run({
      point: 'before_agent',
      place: placeOf(call, agent.id),
      about: { model: agent.model.alias, input },
      tell: tellerFor(call),
      signal: call.signal,
      accept: ({ value, about }) => ({ about: { ...about, input: value } }),
    });
    if (outcome.kind === 'stop') return { failure: outcome.failure };
    return outcome.isChanged ? { input: outcome.about.input } : undefined;
  });
}

function verbosityFor(
  task: TaskRecord,
  { node, agent }: { readonly node: string; readonly agent: string },
): Pick<AgentCall, 'verbosity'> {
  const level = effectFor(effectsFor(task)?.verbosities ?? [], { node: nodeOf(task, node), agent });
  return level === undefined ? {} : { verbosity: level };
}

/** An agent that has to wait is stopped: what it has done is kept, and it goes on behind that when its stage begins again. */
async function unlessAsking<Outcome>(asking: AbortSignal, work: Promise<Outcome>): Promise<Outcome | 'asks'> {
  try {
    return await work;
  } catch (error) {
    if (asking.aborted) return 'asks';
    throw error;
  }
}

interface AgentWork {
  readonly agent: ReadyAgent;
  readonly tools: AgentCall['tools'];
  readonly input: unknown;
  readonly variant?: string;
  /** Is aborted when a person has to be asked before the agent can go on. */
  readonly asking: AbortController;
}

/** What an attempt has spent that is stopped. */
export function spentBy({ log }: LoggedAttempt): StageUsage | undefined {
  return spentIn(log.abandon()).usage;
}

function agentCallFor(attempt: LoggedAttempt, { agent, tools, input, asking, variant }: AgentWork): AgentCall {
  const { options, call, log } = attempt;
  const { creation, runnable } = call.task;
  const { attempt: number, node } = call.stage;
  const run = planRunFor(attempt, agent.id);
  return {
    agent,
    ...tagOf(variant),
    tools,
    mayAct: !writesPlan(call.task, node),
    taskId: creation.id,
    stage: node,
    attempt: number,
    isLastAttempt: number > (runnable.core.graph.byId.get(node)?.retries ?? 0),
    mode: creation.mode,
    ...verbosityFor(call.task, { node, agent: agent.id }),
    taskInput: creation.input,
    taskTags: creation.tags,
    input,
    idempotencyKey: call.idempotencyKey,
    stores: {
      task_store: options.stores.task(creation.id),
      project_store: options.stores.project,
      global_store: options.stores.global,
    },
    log,
    hooks: agentHooks({
      plugins: options.plugins,
      validator: options.validator,
      log,
      agent,
      place: placeOf(call, agent.id),
      tell: options.tellerFor(call),
      signal: call.signal,
      estimateTokens,
    }),
    budget: options.budgets.budgetFor(call, agent),
    takePlace: (model) => placeFor(attempt, providerPlaces(model.spec.provider)),
    useTools: async (steps, cycle) => {
      const key = `${call.idempotencyKey}/${cycle}`;
      const { results, asks } = await runSteps(
        { ...run, prefix: `tool/${cycle}`, call: { ...run.call, idempotencyKey: key } },
        steps,
      );
      if (asks === true) asking.abort();
      return results;
    },
    tell: options.tellerFor(call),
    signal: AbortSignal.any([call.signal, asking.signal]),
  };
}

function tagOf(variant: string | undefined): { readonly variant?: string } {
  return variant === undefined ? {} : { variant };
}

function spentIn(usage: CallUsage): { readonly usage?: StageUsage } {
  const isNothing = usage.prompt_tokens + usage.completion_tokens === 0 && usage.cost_usd === undefined;
  return isNothing ? {} : { usage };
}
