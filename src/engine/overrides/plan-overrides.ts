import type { CompiledProject } from '../../manifest-compiler/index.ts';
import {
  isKept,
  isMemo,
  resolveOverrides,
  type GivenOverride,
  type RefusedOverride,
  type TaskOverrides,
} from '../../services/index.ts';
import type { ConsentFile } from '../project/consent-file.ts';
import { toolMode } from '../stages/tool-mode.ts';
import { problemWith, storeProblem } from './check-override.ts';
import { dangersOf, likenessOf } from './dangers.ts';
import { namesIn } from './names.ts';
import { invalidOverride, type FoundOverrides } from './read-overrides.ts';

export interface OverrideRequest extends FoundOverrides {
  readonly compiled: CompiledProject;
  /** What the caller asks for without an override. */
  readonly mode?: string;
  readonly pipeline?: string;
  readonly consents: Pick<ConsentFile, 'find'>;
  /** Whoever begins the task allows what needs consent. */
  readonly allow: boolean;
}

/** What the overrides of a task come to, before its pipeline is chosen. */
export interface OverridePlan {
  readonly overrides: TaskOverrides;
  readonly mode: string;
}

/** Settles what holds of all overrides that a task has. Throws TASK_OVERRIDE_INVALID for one that has to hold and cannot. */
export function planOverrides(request: OverrideRequest): OverridePlan {
  const { compiled, mode, pipeline } = request;
  const refused = [...request.refused];
  const names = namesIn(compiled);
  const fitting = request.given.filter((given) => {
    const problem = problemWith(given, compiled, names);
    if (problem === undefined) return true;
    if (given.spec.severity === 'enforce')
      throw invalidOverride(`"${given.spec.id}" cannot hold, since ${problem}`, hint);
    refused.push(refusal(given, problem));
    return false;
  });
  const { effective, conflicts } = resolveOverrides([...optionsAsOverrides(mode, pipeline), ...fitting]);
  const chosen = modeOf(effective) ?? mode ?? 'normal';
  const applied = effective.filter(({ spec }) => !optionIds.has(spec.id));
  const kept = applied.filter((given) => {
    const problem = keepingProblem(given, { mode: chosen, compiled });
    if (problem !== undefined) refused.push(refusal(given, problem));
    return problem === undefined;
  });
  const { reader } = request;
  const trace = { applied: kept, refused, conflicts: [...conflicts], ...(reader !== undefined && { reader }) };
  return { overrides: { ...trace, ...decided(kept, request) }, mode: chosen };
}

const hint = 'Name what the manifests declare, or make it a hint, which is left out then.';

function refusal({ spec, source }: GivenOverride, reason: string): RefusedOverride {
  return { id: spec.id, kind: spec.kind, reason, source };
}

/** An option of a task says the same as an override that is enforced; no id of an override holds a blank. */
const optionIds: ReadonlySet<string> = new Set(['option mode', 'option pipeline']);

function optionsAsOverrides(mode: string | undefined, pipeline: string | undefined): readonly GivenOverride[] {
  const common = { scope: 'task', severity: 'enforce' } as const;
  const source = { from: 'caller' } as const;
  return [
    ...(mode === undefined
      ? []
      : [{ spec: { id: 'option mode', ...common, kind: 'mode', payload: { mode } }, source } as const]),
    ...(pipeline === undefined
      ? []
      : [{ spec: { id: 'option pipeline', ...common, kind: 'routing', payload: { pipeline } }, source } as const]),
  ];
}

/** All that are left say the same. */
function modeOf(effective: readonly GivenOverride[]): string | undefined {
  return effective
    .map(({ spec }) => (spec.kind === 'mode' || spec.kind === 'safety' ? spec.payload.mode : undefined))
    .find((mode) => mode !== undefined);
}

interface Keeping {
  readonly mode: string;
  readonly compiled: CompiledProject;
}

/** Why what is to be remembered is not. A preference that cannot be kept holds for its own task all the same. */
function keepingProblem(given: GivenOverride, { mode, compiled }: Keeping): string | undefined {
  const { spec } = given;
  if (!isMemo(spec) || !isKept(given)) return undefined;
  if (spec.scope !== 'task' && toolMode(mode) !== 'normal') return `nothing is changed in mode "${mode}"`;
  return storeProblem(spec.scope, compiled);
}

function decided(
  applied: readonly GivenOverride[],
  { compiled, consents, allow }: OverrideRequest,
): Pick<TaskOverrides, 'asks' | 'allowed' | 'denied'> {
  const asks = [...dangersOf(applied, compiled.project)];
  const ids = [...new Set(asks.map(({ override }) => override))];
  const answers = new Map(
    ids.map((id) => {
      const dangers = asks.filter(({ override }) => override === id);
      return [id, allow ? 'allow' : consents.find(likenessOf(dangers, applied))?.action];
    }),
  );
  return {
    asks,
    allowed: ids.filter((id) => answers.get(id) === 'allow'),
    denied: ids.filter((id) => answers.get(id) === 'deny'),
  };
}
