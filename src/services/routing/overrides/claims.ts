import type { OverrideSpec } from '../../../manifest/index.ts';
import type { GivenOverride } from './task-overrides.ts';

/** One thing that an override says, and that another one may contradict. */
export interface Claim {
  readonly given: GivenOverride;
  /** Place among all that were given: what comes later is newer. */
  readonly place: number;
  readonly family: ClaimFamily;
  /** Field of the payload. */
  readonly field: string;
  /** Of a model, a verbosity or a profile: whose; absent: of all. */
  readonly target?: string;
  readonly value: string | number;
}

export type ClaimFamily = 'mode' | 'pipeline' | 'model' | 'verbosity' | 'profile' | 'max_cost_usd' | 'max_tokens_total';

/** What can be contradicted in an override; the rest of it adds up with what others say. */
export function claimsOf(given: GivenOverride, place: number): readonly Claim[] {
  return drafts(given.spec).map((draft) => Object.assign({ given, place }, draft));
}

type Draft = Omit<Claim, 'given' | 'place'>;

function drafts(spec: OverrideSpec): readonly Draft[] {
  switch (spec.kind) {
    case 'mode':
      return [{ family: 'mode', field: 'mode', value: spec.payload.mode }];
    case 'safety':
      return spec.payload.mode === undefined ? [] : [{ family: 'mode', field: 'mode', value: spec.payload.mode }];
    case 'routing': {
      const { pipeline, avoid = [] } = spec.payload;
      return [
        ...(pipeline === undefined ? [] : [{ family: 'pipeline', field: 'pipeline', value: pipeline } as const]),
        ...avoid.map((value) => ({ family: 'pipeline', field: 'avoid', value }) as const),
      ];
    }
    case 'model':
      return [{ family: 'model', field: 'model', value: spec.payload.model, ...targetOf(spec) }];
    case 'verbosity':
      return [{ family: 'verbosity', field: 'level', value: spec.payload.level, ...targetOf(spec) }];
    case 'budget':
      return (['max_cost_usd', 'max_tokens_total'] as const).flatMap((field) => {
        const value = spec.payload[field];
        return value === undefined ? [] : [{ family: field, field, value }];
      });
    case 'memory':
      return 'profile' in spec.payload
        ? [{ family: 'profile', field: 'profile', value: spec.payload.profile, ...targetOf(spec) }]
        : [];
  }
}

function targetOf({ target }: { readonly target?: string }): { readonly target?: string } {
  return target === undefined ? {} : { target };
}

/** Whether two claims of one family cannot both hold; the first one is the stronger. */
export function contradicts(winner: Claim, loser: Claim): boolean {
  if (winner.family === 'pipeline') return pipelinesContradict(winner, loser);
  if (winner.value === loser.value) return false;
  if (winner.target === loser.target) return true;
  // What is said of one agent goes before what is said of all, unless the latter is enforced and the former is not.
  return winner.target === undefined && severityOf(winner) === 'enforce' && severityOf(loser) === 'hint';
}

function pipelinesContradict(winner: Claim, loser: Claim): boolean {
  if (winner.field === loser.field) return winner.field === 'pipeline' && winner.value !== loser.value;
  return winner.value === loser.value;
}

export function severityOf({ given }: Claim): OverrideSpec['severity'] {
  return given.spec.severity;
}

/** What a claim is about, in words. */
export function subjectOf({ family, target }: Claim): string {
  return target === undefined ? family : `${family} of ${target}`;
}

/** The override without what it lost; nothing when nothing is left of it. */
export function withoutClaims(given: GivenOverride, lost: readonly Claim[]): GivenOverride | undefined {
  if (lost.length === 0) return given;
  const spec = reducedSpec(given.spec, lost);
  return spec === undefined || Object.keys(spec.payload).length === 0 ? undefined : { ...given, spec };
}

function reducedSpec(spec: OverrideSpec, lost: readonly Claim[]): OverrideSpec | undefined {
  switch (spec.kind) {
    case 'mode':
    case 'model':
    case 'verbosity':
    case 'memory':
      return undefined;
    case 'safety':
      return withoutMode(spec);
    case 'routing':
      return { ...spec, payload: reducedRouting(spec.payload, lost) };
    case 'budget':
      return { ...spec, payload: reducedBudget(spec.payload, lost) };
  }
}

type SpecOf<Kind extends OverrideSpec['kind']> = Extract<OverrideSpec, { kind: Kind }>;

/** What else it says about safety. */
export function withoutMode(spec: SpecOf<'safety'>): SpecOf<'safety'> {
  const { mode: _mode, ...payload } = spec.payload;
  return { ...spec, payload };
}

function reducedRouting(
  { pipeline, avoid = [] }: SpecOf<'routing'>['payload'],
  lost: readonly Claim[],
): SpecOf<'routing'>['payload'] {
  const names = new Set(lost.flatMap(({ field, value }) => (field === 'avoid' ? [value] : [])));
  const kept = avoid.filter((name) => !names.has(name));
  const isForced = pipeline !== undefined && !lost.some(({ field }) => field === 'pipeline');
  return { ...(isForced && { pipeline }), ...(kept.length > 0 && { avoid: kept }) };
}

function reducedBudget(payload: SpecOf<'budget'>['payload'], lost: readonly Claim[]): SpecOf<'budget'>['payload'] {
  const { max_cost_usd: cost, max_tokens_total: tokens } = payload;
  const fields = new Set(lost.map(({ field }) => field));
  return {
    ...(cost !== undefined && !fields.has('max_cost_usd') && { max_cost_usd: cost }),
    ...(tokens !== undefined && !fields.has('max_tokens_total') && { max_tokens_total: tokens }),
  };
}
