import { failureError } from '../../errors/index.ts';
import type { MergeNodeSpec, MergePolicy } from '../../manifest/index.ts';
import { deepMerge } from './deep-merge.ts';
import { handOn, type DeliveredArrival, type Role } from './role.ts';

type Aggregate = (arrivals: readonly DeliveredArrival[], spec: MergeNodeSpec) => unknown;

const policies = {
  dict: (arrivals) => Object.fromEntries(arrivals.map(({ from, output }) => [from, output ?? null])),
  list: (arrivals) => arrivals.map(({ output }) => output ?? null),
  first: ([first]) => first?.output ?? null,
  concat: (arrivals) => arrivals.flatMap(({ from, output }) => asList(from, output)),
  deep_merge: (arrivals, spec) => deepMerge(arrivals, spec.on_conflict ?? 'error'),
} as const satisfies Record<MergePolicy, Aggregate>;

/** Joins the outputs that came along live edges into one value. */
export const compileMergeNode: Role<MergeNodeSpec> = (spec) => {
  const aggregate: Aggregate = policies[spec.merge ?? 'dict'];
  return {
    plan: ({ arrivals }) => ({
      kind: 'value',
      value: aggregate(
        arrivals.filter(({ token }) => token === 'live'),
        spec,
      ),
    }),
    conclude: handOn,
  };
};

function asList(from: string, output: unknown): readonly unknown[] {
  if (Array.isArray(output)) return output;
  throw failureError({
    code: 'config.merge',
    message: `The output of "${from}" is no list, so it cannot be joined to the others.`,
    hint: 'Use merge: list, or make every branch give a list.',
  });
}
