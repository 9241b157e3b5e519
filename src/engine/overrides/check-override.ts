import { isEngineError } from '../../errors/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import type { GivenOverride, RequestNames } from '../../services/index.ts';
import { taskPermissions } from '../task-permissions.ts';

/** Why an override cannot hold in a project, as the end of a sentence; nothing when it can. */
export function problemWith(
  { spec }: Pick<GivenOverride, 'spec'>,
  compiled: CompiledProject,
  names: RequestNames,
): string | undefined {
  if ('target' in spec && spec.target !== undefined && !names.target.includes(spec.target))
    return `there is no agent and no node "${spec.target}"`;
  switch (spec.kind) {
    case 'model':
      return unknown('model', spec.payload.model, names.model);
    case 'mode':
      return unknown('mode', spec.payload.mode, names.mode);
    case 'routing':
      return routingProblem(spec.payload, names);
    case 'safety':
      return permissionProblem(spec.payload.permissions, compiled);
    case 'memory':
      return memoryProblem(spec, compiled);
    case 'budget':
    case 'verbosity':
      return undefined;
  }
}

type SpecOf<Kind extends GivenOverride['spec']['kind']> = Extract<GivenOverride['spec'], { kind: Kind }>;

function routingProblem(
  { pipeline, avoid = [] }: SpecOf<'routing'>['payload'],
  names: RequestNames,
): string | undefined {
  const stranger = avoid.find((name) => !names.avoid.includes(name));
  return (
    unknown('pipeline', pipeline, names.pipeline) ?? unknown('pipeline, node, agent or tool', stranger, names.avoid)
  );
}

function memoryProblem({ payload, scope }: SpecOf<'memory'>, compiled: CompiledProject): string | undefined {
  if ('remember' in payload) return storeProblem(scope, compiled);
  const profiles = Object.keys(compiled.project.memory.context_profiles ?? {});
  return 'profile' in payload ? unknown('context profile', payload.profile, profiles) : undefined;
}

function unknown(what: string, name: string | undefined, known: readonly string[]): string | undefined {
  return name === undefined || known.includes(name) ? undefined : `there is no ${what} "${name}"`;
}

function permissionProblem(permissions: unknown, compiled: CompiledProject): string | undefined {
  try {
    taskPermissions(permissions, compiled);
    return undefined;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return error.message.replace(/^The permissions of the task/u, 'its permissions').replace(/\.$/u, '');
  }
}

/** Why nothing can be kept in the store of a scope. */
export function storeProblem(
  scope: GivenOverride['spec']['scope'],
  { project }: Pick<CompiledProject, 'project'>,
): string | undefined {
  const store = `${scope}_store` as const;
  const type = project.memory.memory?.[store]?.type ?? 'disabled';
  return type === 'disabled' ? `the ${store} of memory.yaml is disabled` : undefined;
}
