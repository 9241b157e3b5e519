import { priceOf, type AgentSpec, type NodeSpec, type ProjectSpec } from '../../manifest/index.ts';
import type { GraphNode } from '../../machines/index.ts';
import { bodyId, isChildSpec, type ChildSpec } from '../roles/child-work.ts';
import { worstCases, type WorstCase } from './costliest-run.ts';
import type { Space } from './space.ts';

export interface Declared {
  readonly project: ProjectSpec;
  /** By node id. */
  readonly specs: ReadonlyMap<string, NodeSpec>;
  /** Of the workflow and of all bodies below it, whichever of them is looked at. */
  readonly allSpecs: readonly NodeSpec[];
  /** What child tasks run, by the id of the body. */
  readonly bodies: ReadonlyMap<string, Body>;
  /** What one run of a body comes to, as far as it is known: a file may be run from many places. */
  readonly known: Map<string, ModelUse>;
}

/** A body with what is declared for it. */
export interface Body {
  readonly space: Space;
  readonly specs: ReadonlyMap<string, NodeSpec>;
}

/** What the models of one run can come to. `most` is Infinity where a list may have any length. */
export interface ModelUse {
  /** Calls in one run, every attempt counted. */
  readonly modelCalls: WorstCase;
  /** Tokens in one run; there when the size of every answer and every context window is declared. */
  readonly tokens?: { readonly input: WorstCase; readonly output: WorstCase };
  /** There when in addition every model has a price. */
  readonly costUsd?: WorstCase;
}

/** What a stage can come to, all its attempts together. */
interface StageUse {
  readonly calls: number;
  readonly input?: number;
  readonly output?: number;
  readonly costUsd?: number;
  /** False when a child task may come to less in every run. */
  readonly isExact?: false;
}

const parts = ['calls', 'input', 'output', 'costUsd'] as const satisfies readonly (keyof StageUse)[];
type Part = (typeof parts)[number];
const none: WorstCase = { most: 0, isExact: true };
const nothing: StageUse = { calls: 0, input: 0, output: 0, costUsd: 0 };

export function modelUse(space: Space, declared: Declared): ModelUse {
  const uses = new Map<GraphNode, StageUse>();
  for (const node of space.possible.runs) uses.set(node, stageUse(node, declared));
  const weights = parts.map((part) => (node: GraphNode) => uses.get(node)?.[part] ?? 0);
  const isExact = [...uses.values()].every((use) => use.isExact !== false);
  const cases = worstCases(space, weights).map((found) => ({ most: found.most, isExact: found.isExact && isExact }));
  const [calls = none, input = none, output = none, cost = none] = cases;
  const isKnown = (part: Part): boolean => [...uses.values()].every((use) => use[part] !== undefined);
  return {
    modelCalls: calls,
    ...(isKnown('input') && { tokens: { input, output } }),
    ...(isKnown('costUsd') && { costUsd: cost }),
  };
}

/** Agents that a stage may ask, one of them in a run. */
export function agentsOf(spec: NodeSpec | undefined): readonly string[] {
  if (spec?.type === 'merge') return spec.agent === undefined ? [] : [spec.agent];
  if (spec?.type !== 'agent' && spec?.type !== 'decision') return [];
  const variants = spec.agent_variants?.map(({ agent }) => agent) ?? [];
  return spec.agent === undefined ? variants : [spec.agent, ...variants];
}

function stageUse(node: GraphNode, declared: Declared): StageUse {
  const { project, specs } = declared;
  const spec = specs.get(node.id);
  if (spec !== undefined && isChildSpec(spec)) return times(childUse(spec, declared), 1 + node.retries);
  const agents = agentsOf(spec);
  const use = times(
    agents.map((id) => agentUse(declared, project.agents[id])).reduce(larger, nothing),
    1 + node.retries,
  );
  // Whether some task is given the dearest of them is not asked.
  return agents.length > 1 ? { ...use, isExact: false } : use;
}

/** As often as a body may run in one attempt of its stage. */
function childUse(spec: ChildSpec, declared: Declared): StageUse {
  const body = declared.bodies.get(bodyId(spec));
  if (body === undefined) return nothing;
  const id = bodyId(spec);
  const use = declared.known.get(id) ?? modelUse(body.space, { ...declared, specs: body.specs });
  declared.known.set(id, use);
  const { modelCalls, tokens, costUsd } = use;
  const isExact = modelCalls.isExact && spec.type === 'workflow';
  const once: StageUse = {
    calls: modelCalls.most,
    ...(tokens !== undefined && { input: tokens.input.most, output: tokens.output.most }),
    ...(costUsd !== undefined && { costUsd: costUsd.most }),
    ...(!isExact && modelCalls.most > 0 && { isExact }),
  };
  return times(once, timesRun(spec));
}

function timesRun(spec: ChildSpec): number {
  if (spec.type === 'workflow') return 1;
  if (spec.type === 'repeat') return spec.max_iterations;
  if (Array.isArray(spec.items)) return spec.items.length;
  return spec.max_items ?? Infinity;
}

/** Cycles of an agent with tools that says nothing of them. */
const defaultMaxSteps = 8;

/**
 * What one attempt can come to: cycles that act, an answer, the same asked again, and a failed call for each fallback model, which
 * goes on with the whole conversation. Each call may be one of the dearest model: when that is so, budgets and failures decide.
 */
function agentUse(declared: Declared, agent: AgentSpec | undefined): StageUse {
  const { project } = declared;
  const useOf = (alias: string | undefined): StageUse => callUse(project, alias, agent?.max_output_tokens);
  const fallbacks = agent?.fallback_models ?? [];
  const own = useOf(agent?.model ?? project.engine.defaults?.model);
  const others = [...fallbacks, ...degradedTo(declared, agent)].map(useOf);
  const call = others.reduce(larger, own);
  const isExact = fallbacks.length === 0 && !others.some((other) => isDearer(other, own));
  return { ...times(call, callsOf(agent) + fallbacks.length), ...(!isExact && { isExact }) };
}

/** Models that a budget may have asked instead: of the agent, of the workflows, and of stages, those above included. */
function degradedTo({ project, allSpecs }: Declared, agent: AgentSpec | undefined): readonly string[] {
  const { workflow, workflows, engine } = project;
  const ofStages = allSpecs.flatMap((spec) => [
    'budget' in spec ? spec.budget : undefined,
    'workflow' in spec ? workflows[spec.workflow]?.budget : undefined,
  ]);
  const budgets = [agent?.budget, workflow.budget ?? engine.defaults?.budget, ...ofStages];
  return budgets.flatMap((budget) => (budget?.on_exceeded === 'degrade' ? (budget.degrade_to ?? []) : []));
}

function isDearer(one: StageUse, other: StageUse): boolean {
  return parts.some((part) => (one[part] ?? 0) > (other[part] ?? Infinity));
}

function callsOf(agent: AgentSpec | undefined): number {
  const { tools = [], max_steps: maxSteps = defaultMaxSteps, json, output_schema: schema } = agent ?? {};
  return (tools.length > 0 ? maxSteps : 0) + 1 + (json?.retries ?? (schema === undefined ? 0 : 1));
}

const tokensPerPrice = 1_000_000;

/** Prompt and answer share the context window. */
function callUse({ engine }: ProjectSpec, alias: string | undefined, maxOutput: number | undefined): StageUse {
  const model = alias === undefined ? undefined : engine.models?.[alias];
  const output = maxOutput ?? model?.max_output_tokens;
  if (model?.context_window === undefined || output === undefined) return { calls: 1 };
  const input = Math.max(0, model.context_window - output);
  const price = priceOf(model);
  if (price === undefined) return { calls: 1, input, output };
  const { input_per_mtok: inputPrice, output_per_mtok: outputPrice } = price;
  return { calls: 1, input, output, costUsd: (input * inputPrice + output * outputPrice) / tokensPerPrice };
}

function larger(one: StageUse, other: StageUse): StageUse {
  return combine(one, other, Math.max);
}

function times(use: StageUse, factor: number): StageUse {
  return combine(use, use, (value) => (value === 0 ? 0 : value * factor)); // 0 × Infinity is no number
}

/** What one of the two does not tell is unknown. */
function combine(one: StageUse, other: StageUse, join: (one: number, other: number) => number): StageUse {
  const part = (name: 'input' | 'output' | 'costUsd'): Partial<StageUse> => {
    const [left, right] = [one[name], other[name]];
    return left === undefined || right === undefined ? {} : { [name]: join(left, right) };
  };
  const isExact = one.isExact !== false && other.isExact !== false;
  return {
    calls: join(one.calls, other.calls),
    ...part('input'),
    ...part('output'),
    ...part('costUsd'),
    ...(!isExact && { isExact }),
  };
}
