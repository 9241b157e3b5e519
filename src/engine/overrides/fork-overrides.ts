import type { TaskCreation } from '../../hosts/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import { withoutMode, type GivenOverride, type RefusedOverride, type TaskOverrides } from '../../services/index.ts';
import type { ConsentFile } from '../project/consent-file.ts';
import type { RequestReading } from './request-reader.ts';
import { planOverrides } from './plan-overrides.ts';
import { callerOverrides, invalidOverride, requestOverrides, type FoundOverrides } from './read-overrides.ts';

export interface ForkWish {
  readonly id: string;
  readonly overrides: unknown;
  readonly allow: boolean;
  /** Those of plugins. */
  readonly added?: readonly GivenOverride[];
  readonly input?: unknown;
  /** What an agent read from that. */
  readonly reading?: RequestReading;
  readonly mode?: string;
  readonly compiled: CompiledProject;
  readonly consents: Pick<ConsentFile, 'find'>;
}

/** What is different in a fork: its overrides, and the mode that follows from them. */
export interface ForkChange {
  readonly overrides?: TaskOverrides;
  readonly mode?: string;
}

/**
 * The overrides of a fork are those of its task, then those that it is given. With another request those that the old one asked
 * for are gone; with another mode those that asked for a mode. Throws TASK_OVERRIDE_INVALID.
 */
export function forkOverrides(creation: TaskCreation, wish: ForkWish): ForkChange {
  const { input, mode, compiled, consents, allow } = wish;
  const { added: ofPlugins = [] } = wish;
  const added = [...ownOverrides(wish), ...ofPlugins.filter((one) => !isRouting(one))];
  const asked = input === undefined ? nothing : requestOverrides(compiled, input, wish.reading);
  const before = creation.overrides?.applied ?? [];
  const isSame = asked.reader === undefined && added.length + ofPlugins.length + asked.given.length === 0;
  if (isSame && (before.length === 0 || (input === undefined && mode === undefined))) return {};
  const plan = planOverrides({
    ...asked,
    compiled,
    consents,
    allow,
    mode: mode ?? creation.mode,
    given: [...keptOf(before, added, wish), ...asked.given.filter((one) => !isRouting(one)), ...added],
    refused: [...asked.refused, ...[...asked.given, ...ofPlugins].filter(isRouting).map(refusal)],
  });
  return { overrides: plan.overrides, ...(plan.mode !== creation.mode && { mode: plan.mode }) };
}

function ownOverrides({ overrides, id }: ForkWish): readonly GivenOverride[] {
  const own = callerOverrides(overrides, id.slice(-100));
  const routing = own.find(isRouting);
  if (routing === undefined) return own;
  throw invalidOverride(`"${routing.spec.id}" is about routing, and a fork keeps its pipeline`, 'Leave it out.');
}

const nothing: FoundOverrides = { given: [], refused: [] };

function keptOf(
  before: readonly GivenOverride[],
  added: readonly GivenOverride[],
  { input, mode }: ForkWish,
): readonly GivenOverride[] {
  const replaced = new Set(added.map(({ spec }) => spec.id));
  return before
    .filter(({ spec, source }) => !replaced.has(spec.id) && (input === undefined || source.from !== 'request'))
    .flatMap((given) => (mode === undefined ? [given] : otherThanMode(given)));
}

function otherThanMode(given: GivenOverride): readonly GivenOverride[] {
  const { spec } = given;
  if (spec.kind === 'mode') return [];
  if (spec.kind !== 'safety') return [given];
  const rest = withoutMode(spec);
  return Object.keys(rest.payload).length === 0 ? [] : [{ ...given, spec: rest }];
}

function isRouting({ spec }: GivenOverride): boolean {
  return spec.kind === 'routing';
}

function refusal({ spec, source }: GivenOverride): RefusedOverride {
  return { id: spec.id, kind: spec.kind, reason: 'a fork keeps its pipeline', source };
}
