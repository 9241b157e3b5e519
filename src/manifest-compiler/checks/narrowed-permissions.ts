import type { Problem } from '../../errors/index.ts';
import { readCommandPattern, type ManifestKind, type PermissionsSpec } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import { permissionsOutside } from './permissions-outside.ts';
import type { ProjectView } from './project-view.ts';

interface Level {
  readonly kind: ManifestKind & ('tools' | 'agents');
  readonly noun: string;
  readonly name: string;
  readonly permissions: PermissionsSpec | undefined;
}

/** Permissions of tools and agents lie inside those of the engine: what seems to be granted and is not would mislead. */
export function checkNarrowedPermissions(view: ProjectView): Problem[] {
  const levels: Level[] = [
    ...Object.entries(view.manifests.tools?.tools ?? {}).map(([name, tool]) =>
      levelOf({ kind: 'tools', noun: 'tool', name }, tool),
    ),
    ...Object.entries(view.manifests.agents?.agents ?? {}).map(([name, agent]) =>
      levelOf({ kind: 'agents', noun: 'agent', name }, agent),
    ),
  ];
  return levels.flatMap((level) => brokenPatterns(view, level).concat(problemsOf(view, level)));
}

function levelOf(place: Omit<Level, 'permissions'>, { permissions }: Partial<Pick<Level, 'permissions'>>): Level {
  return { ...place, permissions };
}

function problemsOf(view: ProjectView, { kind, noun, name, permissions }: Level): Problem[] {
  if (permissions === undefined || view.isBroken('engine', ['engine', 'permissions'])) return [];
  return permissionsOutside(permissions, view.manifests.engine?.engine.permissions ?? {}).map(({ path, reason }) =>
    view.problem(kind, {
      code: 'MANIFEST_PERMISSION_EXCEEDED',
      message: `The permissions of the ${noun} ${quote(name)} can only narrow those of the engine: ${reason}.`,
      hint: `Add it to permissions.${path.slice(0, -1).join('.')} of engine.yaml, or name what lies inside.`,
      path: [kind, name, 'permissions', ...path],
    }),
  );
}

function brokenPatterns(view: ProjectView, { kind, name, permissions }: Level): Problem[] {
  return (permissions?.commands?.allow ?? []).flatMap((line, index) => {
    const read = readCommandPattern(line);
    if (read.ok) return [];
    return view.problem(kind, {
      code: 'MANIFEST_VALUE_INVALID',
      message: `The permitted command ${quote(line)} cannot be used: ${read.reason}.`,
      hint: 'Write a program and its arguments; " *" at the end stands for any rest.',
      path: [kind, name, 'permissions', 'commands', 'allow', index],
    });
  });
}
