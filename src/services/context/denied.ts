import type { ContextProfileSpec, DenySpec } from '../../manifest/index.ts';

/** Kinds of items that a profile leaves out when it says so. */
const kindsOf = {
  include_task_history: ['message', 'stage_output'],
  include_project_docs: ['document', 'chunk'],
  include_preferences: ['preference'],
  include_observations: ['observation'],
} as const satisfies Partial<Record<keyof ContextProfileSpec, readonly string[]>>;

/** All that a profile denies: by its list, and by what it does not include. */
export function deniedBy(profile: ContextProfileSpec): DenySpec {
  const { kinds = [], ...deny } = profile.deny ?? {};
  const excluded = [
    ...(profile.include_task_history === false ? kindsOf.include_task_history : []),
    ...(profile.include_project_docs === false ? kindsOf.include_project_docs : []),
    ...(profile.include_preferences === false ? kindsOf.include_preferences : []),
    ...(profile.include_observations === false ? kindsOf.include_observations : []),
  ];
  return { ...deny, kinds: [...kinds, ...excluded] };
}

/** What keeps items from an agent, in words. `tags` are those that items of the project and of the user have to have. */
export function denialsOf(
  { kinds = [], tags: denied = [], sources = [] }: DenySpec,
  tags: readonly string[],
): readonly string[] {
  return [
    ...[...new Set(kinds)].map((kind) => `kind ${kind}`),
    ...denied.map((tag) => `tag ${tag}`),
    ...sources.map((source) => `source ${source}`),
    ...tags.map((tag) => `no tag ${tag}`),
  ];
}
