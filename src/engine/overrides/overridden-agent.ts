import type { ReadyAgent } from '../../actors/index.ts';
import type { ProjectSpec } from '../../manifest/index.ts';
import { effectFor, type OverrideEffects } from '../../services/index.ts';
import { offlineModel, type ModelTable } from '../stages/ready-models.ts';

export interface AgentPlace {
  readonly node: string;
  readonly effects: OverrideEffects;
  readonly models: ModelTable;
  readonly project: ProjectSpec;
}

/** An agent as the overrides of a task have it at one of its nodes: with another model, another profile, less to be shown. */
export function overriddenAgent(agent: ReadyAgent, { node, effects, models, project }: AgentPlace): ReadyAgent {
  const place = { node, agent: agent.id };
  const model = effectFor(effects.models, place);
  return {
    ...agent,
    ...(model !== undefined && isDeclared(project, model) && { model: models(model) }),
    ...profileOf(agent, { ...place, effects, project }),
  };
}

/** It may be gone from the manifests that the task was brought over to. */
function isDeclared({ engine }: ProjectSpec, model: string): boolean {
  return model === offlineModel || Object.hasOwn(engine.models ?? {}, model);
}

function profileOf(
  agent: ReadyAgent,
  { node, effects, project }: Omit<AgentPlace, 'models'>,
): Pick<ReadyAgent, 'profile'> {
  const name = effectFor(effects.profiles, { node, agent: agent.id });
  const other = name === undefined ? undefined : project.memory.context_profiles?.[name];
  const profile = name === undefined || other === undefined ? agent.profile : { name, spec: other };
  if (profile === undefined) return {};
  const denies = effects.deny.filter(({ target }) => target === undefined || [node, agent.id].includes(target));
  if (denies.length === 0) return { profile };
  const all = [...(profile.spec.deny === undefined ? [] : [profile.spec.deny]), ...denies];
  const deny = { ...denied('kinds', all), ...denied('tags', all), ...denied('sources', all) };
  return { profile: { ...profile, spec: { ...profile.spec, deny } } };
}

type Denied = 'kinds' | 'tags' | 'sources';
type Denies = { readonly [Field in Denied]?: string[] | undefined };

function denied(field: Denied, denies: readonly Denies[]): Denies {
  const names = new Set(denies.flatMap((deny) => deny[field] ?? []));
  return names.size === 0 ? {} : { [field]: [...names] };
}
