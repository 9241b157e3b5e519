import type { OverrideSpec, PermissionsSpec, Verbosity } from '../../../manifest/index.ts';
import type { GivenOverride, OverrideDanger, TaskOverrides } from './task-overrides.ts';

/** What overrides ask for, told apart by what acts on it. */
export interface OverrideEffects {
  /** Each narrows what the manifests permit. */
  readonly permissions: readonly PermissionsSpec[];
  readonly skipsConsent: boolean;
  readonly budget: BudgetLimits;
  /** Limits of the manifests that are below the budget do not hold: a person allowed that. */
  readonly raises: BudgetLimits;
  readonly deny: readonly MemoryDeny[];
  /** Strongest first. */
  readonly models: readonly Targeted<string>[];
  readonly profiles: readonly Targeted<string>[];
  readonly verbosities: readonly Targeted<Verbosity>[];
  /** What is kept in a store when the task begins. */
  readonly kept: readonly GivenOverride[];
}

export interface BudgetLimits {
  readonly max_cost_usd?: number;
  readonly max_tokens_total?: number;
}

export interface MemoryDeny {
  readonly target?: string;
  readonly kinds?: string[];
  readonly tags?: string[];
  readonly sources?: string[];
}

export interface Targeted<Value> {
  readonly value: Value;
  readonly target?: string;
  readonly isEnforced: boolean;
}

/** The effects of overrides, given which of those that a person is asked about are allowed. */
export function effectsOf(
  { applied, asks, allowed }: TaskOverrides,
  isAllowed: (override: string) => boolean = () => false,
): OverrideEffects {
  const open = asks.filter(({ override }) => !allowed.includes(override) && !isAllowed(override));
  const isOpen = (id: string, field: OverrideDanger['field']): boolean =>
    open.some((danger) => danger.override === id && danger.field === field);
  const specs = applied.map(({ spec }) => spec);
  const limits = limitsOf(specs, isOpen);
  return {
    permissions: specs.flatMap((spec) => (spec.kind === 'safety' ? (spec.payload.permissions ?? []) : [])),
    skipsConsent: specs.some(
      (spec) =>
        spec.kind === 'safety' &&
        spec.payload.skip_checks?.includes('consent') === true &&
        !isOpen(spec.id, 'skip_checks'),
    ),
    budget: limits,
    raises: pick(limits, (field) => asks.some((danger) => danger.field === field)),
    deny: specs.flatMap((spec) =>
      spec.kind === 'memory' && 'deny' in spec.payload ? [{ ...spec.payload.deny, ...targetOf(spec) }] : [],
    ),
    models: targeted(specs, (spec) => (spec.kind === 'model' ? spec.payload.model : undefined)),
    profiles: targeted(specs, (spec) =>
      spec.kind === 'memory' && 'profile' in spec.payload ? spec.payload.profile : undefined,
    ),
    verbosities: targeted(specs, (spec) => (spec.kind === 'verbosity' ? spec.payload.level : undefined)),
    kept: applied.filter((given) => isKept(given) && !isOpen(given.spec.id, 'store')),
  };
}

/** What is to be avoided, by name; with the override that says so. */
export function avoidedNames(applied: readonly GivenOverride[]): ReadonlyMap<string, string> {
  return new Map(
    applied.flatMap(({ spec }) =>
      spec.kind === 'routing' ? (spec.payload.avoid ?? []).map((name) => [name, spec.id] as const) : [],
    ),
  );
}

/** Whether it goes into a store when the task begins: what is to be remembered, and preferences for later tasks. */
export function isKept({ spec, source }: GivenOverride): boolean {
  if (source.from === 'project' || source.from === 'global') return false; // it is there already
  return isMemo(spec) || spec.scope !== 'task';
}

/** Whether it says what to remember; of others it is themselves that are kept. */
export function isMemo(spec: OverrideSpec): boolean {
  return spec.kind === 'memory' && 'remember' in spec.payload;
}

/** What holds for a node and its agent: what is enforced, then what names the node, the agent, nobody. */
export function effectFor<Value>(
  all: readonly Targeted<Value>[],
  { node, agent }: { readonly node: string; readonly agent: string },
): Value | undefined {
  const fits = ({ target }: Targeted<Value>): number =>
    target === node ? 3 : target === agent ? 2 : target === undefined ? 1 : 0;
  const [best] = all
    .filter((one) => fits(one) > 0)
    .toSorted((one, other) => Number(other.isEnforced) - Number(one.isEnforced) || fits(other) - fits(one));
  return best?.value;
}

function targeted<Value>(
  specs: readonly OverrideSpec[],
  valueOf: (spec: OverrideSpec) => Value | undefined,
): readonly Targeted<Value>[] {
  return specs.flatMap((spec) => {
    const value = valueOf(spec);
    return value === undefined ? [] : [{ value, isEnforced: spec.severity === 'enforce', ...targetOf(spec) }];
  });
}

function targetOf(spec: OverrideSpec): { readonly target?: string } {
  return 'target' in spec && spec.target !== undefined ? { target: spec.target } : {};
}

function limitsOf(
  specs: readonly OverrideSpec[],
  isOpen: (id: string, field: OverrideDanger['field']) => boolean,
): BudgetLimits {
  const limits: { max_cost_usd?: number; max_tokens_total?: number } = {};
  for (const spec of specs) {
    if (spec.kind !== 'budget') continue;
    for (const field of ['max_cost_usd', 'max_tokens_total'] as const) {
      const value = spec.payload[field];
      if (value !== undefined && !isOpen(spec.id, field)) limits[field] = value;
    }
  }
  return limits;
}

function pick(limits: BudgetLimits, isWanted: (field: keyof BudgetLimits) => boolean): BudgetLimits {
  const { max_cost_usd: cost, max_tokens_total: tokens } = limits;
  return {
    ...(cost !== undefined && isWanted('max_cost_usd') && { max_cost_usd: cost }),
    ...(tokens !== undefined && isWanted('max_tokens_total') && { max_tokens_total: tokens }),
  };
}
