import { EngineError, failureError } from '../../errors/index.ts';
import type { MergeNodeSpec, MergePolicy } from '../../manifest/index.ts';
import { deepMerge } from './deep-merge.ts';
import { handOn, type DeliveredArrival, type Role, type RoleContext, type StageScope, type Work } from './role.ts';
import { countVotes } from './vote.ts';

/** What comes in along live edges, in the order of the inbound edges. */
interface Gathered {
  readonly live: readonly DeliveredArrival[];
  readonly scope: StageScope;
}

type Aggregate = (gathered: Gathered) => Work;
type Policy = (spec: MergeNodeSpec, context: RoleContext) => Aggregate;

const policies = {
  dict: () => valueOf(bySource),
  list: () => valueOf(asOutputs),
  first: () => valueOf(([first]) => first?.output ?? null),
  concat: () => valueOf((live) => live.flatMap(({ from, output }) => asList(from, output))),
  deep_merge: (spec) => valueOf((live) => deepMerge(live, spec.on_conflict ?? 'error')),
  vote: (spec) => valueOf((live) => countVotes(live, spec.vote_by)),
  reduce: askTool,
  agent: askAgent,
} as const satisfies Record<MergePolicy, Policy>;

/** Joins the outputs that came along live edges into one value. */
export const compileMergeNode: Role<MergeNodeSpec> = (spec, context) => {
  const policy: Policy = policies[spec.merge ?? 'dict'];
  const aggregate = policy(spec, context);
  return {
    plan(scope) {
      const live = scope.arrivals.filter(({ token }) => token === 'live');
      return aggregate({ live, scope });
    },
    conclude: handOn,
  };
};

function valueOf(join: (live: readonly DeliveredArrival[]) => unknown): Aggregate {
  return ({ live }) => ({ kind: 'value', value: join(live) });
}

function askTool(spec: MergeNodeSpec, context: RoleContext): Aggregate {
  const { tool } = spec;
  const mapped = spec.arguments === undefined ? undefined : context.mapping(spec.arguments, ['arguments']);
  return ({ live, scope }) => {
    if (tool === undefined) throw unchecked(spec, 'tool');
    const given =
      mapped === undefined
        ? { outputs: asOutputs(live), arrivals: scope.arrivals }
        : mapped.evaluate({ ...scope, output: bySource(live) });
    return { kind: 'tool', tool, arguments: given };
  };
}

function askAgent(spec: MergeNodeSpec, context: RoleContext): Aggregate {
  const { agent } = spec;
  const mapped = spec.input === undefined ? undefined : context.mapping(spec.input, ['input']);
  return ({ live, scope }) => {
    if (agent === undefined) throw unchecked(spec, 'agent');
    const output = bySource(live);
    return { kind: 'agent', agent, input: mapped === undefined ? output : mapped.evaluate({ ...scope, output }) };
  };
}

/** Also with one live edge, unlike the output before other nodes: expressions need not know how many came. */
function bySource(live: readonly DeliveredArrival[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(live.map(({ from, output }) => [from, output ?? null]));
}

function asOutputs(live: readonly DeliveredArrival[]): readonly unknown[] {
  return live.map(({ output }) => output ?? null);
}

function asList(from: string, output: unknown): readonly unknown[] {
  if (Array.isArray(output)) return output;
  throw failureError({
    code: 'config.merge',
    message: `The output of "${from}" is no list, so it cannot be joined to the others.`,
    hint: 'Use merge: list, or make every branch give a list.',
  });
}

function unchecked({ id }: MergeNodeSpec, field: string): EngineError {
  return new EngineError('ENGINE_BUG', `The merge "${id}" has no "${field}" and passed the checks.`);
}
