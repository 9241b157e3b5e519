import {
  overrideScopes,
  type OverrideKind,
  type OverrideScope,
  type OverrideSeverity,
} from '../../../manifest/index.ts';
import { claimsOf, contradicts, severityOf, subjectOf, withoutClaims, type Claim, type ClaimFamily } from './claims.ts';
import type { GivenOverride, OverrideConflict, OverrideSource } from './task-overrides.ts';

/** What is to hold, who lost against whom, and what became of each override. */
export interface ResolvedOverrides {
  /** In the order in which they were given, without what others overrule. */
  readonly effective: readonly GivenOverride[];
  readonly conflicts: readonly OverrideConflict[];
  readonly trace: readonly OverrideTrace[];
}

/** What became of one override. */
export interface OverrideTrace {
  readonly id: string;
  readonly kind: OverrideKind;
  readonly scope: OverrideScope;
  readonly severity: OverrideSeverity;
  readonly source: OverrideSource;
  readonly outcome: 'effective' | 'in_part' | 'overruled';
  /** Those that overruled it. */
  readonly by: readonly string[];
}

/**
 * Settles what contradicts each other: of modes the strictest one holds; else what is enforced goes before hints, then a
 * task before its project and that before everything, then what came later. The order of the list is all that decides ties,
 * so the same list gives the same answer.
 */
export function resolveOverrides(all: readonly GivenOverride[]): ResolvedOverrides {
  const claims = all.flatMap((given, place) => claimsOf(given, place));
  const conflicts: OverrideConflict[] = [];
  const lost = new Map<number, Claim[]>();
  for (const family of familiesOf(claims)) {
    for (const { winner, loser } of settle(family)) {
      conflicts.push(conflictOf(winner, loser));
      lost.set(loser.place, [...(lost.get(loser.place) ?? []), loser]);
    }
  }
  const left = all.map((given, place) => withoutClaims(given, lost.get(place) ?? []));
  return {
    effective: left.filter((given) => given !== undefined),
    conflicts,
    trace: all.map((given, place) => traceOf(given, left[place], conflicts)),
  };
}

function familiesOf(claims: readonly Claim[]): readonly (readonly Claim[])[] {
  const families = new Map<ClaimFamily, Claim[]>();
  for (const claim of claims) families.set(claim.family, [...(families.get(claim.family) ?? []), claim]);
  return [...families.values()];
}

interface Defeat {
  readonly winner: Claim;
  readonly loser: Claim;
}

/** The strongest claim holds, and then each that contradicts none of those that hold. */
function settle(claims: readonly Claim[]): readonly Defeat[] {
  const held: Claim[] = [];
  const defeats: Defeat[] = [];
  for (const loser of claims.toSorted(strongestFirst)) {
    const winner = held.find((claim) => contradicts(claim, loser));
    if (winner === undefined) held.push(loser);
    else defeats.push({ winner, loser });
  }
  return defeats.toSorted((one, other) => one.loser.place - other.loser.place);
}

function strongestFirst(one: Claim, other: Claim): number {
  return (
    strictnessOf(other) - strictnessOf(one) ||
    severityRank(other) - severityRank(one) ||
    scopeRank(one) - scopeRank(other) ||
    other.place - one.place
  );
}

/** How far a mode keeps tools from doing harm. */
function modeStrictness(mode: string): number {
  return mode === 'analysis_only' ? 2 : mode === 'dry_run' ? 1 : 0;
}

function strictnessOf({ family, value }: Claim): number {
  return family === 'mode' ? modeStrictness(String(value)) : 0;
}

function severityRank(claim: Claim): number {
  return severityOf(claim) === 'enforce' ? 1 : 0;
}

function scopeRank({ given }: Claim): number {
  return overrideScopes.indexOf(given.spec.scope);
}

function conflictOf(winner: Claim, loser: Claim): OverrideConflict {
  return {
    about: subjectOf(loser),
    winner: winner.given.spec.id,
    loser: loser.given.spec.id,
    reason: reasonFor(winner, loser),
  };
}

function reasonFor(winner: Claim, loser: Claim): string {
  const { scope } = winner.given.spec;
  if (strictnessOf(winner) !== strictnessOf(loser)) return `"${winner.value}" is stricter than "${loser.value}"`;
  if (severityRank(winner) !== severityRank(loser)) return 'what is enforced goes before a hint';
  if (scopeRank(winner) !== scopeRank(loser)) return `scope ${scope} goes before ${loser.given.spec.scope}`;
  return 'it came later';
}

function traceOf(
  { spec, source }: GivenOverride,
  left: GivenOverride | undefined,
  conflicts: readonly OverrideConflict[],
): OverrideTrace {
  const { id, kind, scope, severity } = spec;
  const by = [...new Set(conflicts.filter(({ loser }) => loser === id).map(({ winner }) => winner))];
  const outcome = left === undefined ? 'overruled' : by.length > 0 ? 'in_part' : 'effective';
  return { id, kind, scope, severity, source, outcome, by };
}
