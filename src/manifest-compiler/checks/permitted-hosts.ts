import type { Problem, ProblemPath } from '../../errors/index.ts';
import {
  readHostPattern,
  takesOutsideValue,
  type HostPattern,
  type ManifestKind,
  type PermissionsSpec,
} from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Lists of hosts, wherever permissions stand, can be read. */
export function checkPermittedHosts(view: ProjectView): Problem[] {
  const { engine, tools, agents } = view.manifests;
  const ofEngine = problemsIn(view, engine?.engine.permissions, { kind: 'engine', path: ['engine', 'permissions'] });
  const ofTools = Object.entries(tools?.tools ?? {}).flatMap(([name, { permissions }]) =>
    problemsIn(view, permissions, { kind: 'tools', path: ['tools', name, 'permissions'] }),
  );
  const ofAgents = Object.entries(agents?.agents ?? {}).flatMap(([name, { permissions }]) =>
    problemsIn(view, permissions, { kind: 'agents', path: ['agents', name, 'permissions'] }),
  );
  return [...ofEngine, ...ofTools, ...ofAgents];
}

export interface HostPlace {
  readonly kind: ManifestKind;
  readonly path: ProblemPath;
}

/** What is wrong with the entries of one list. */
export function hostProblems(view: ProjectView, hosts: readonly string[], { kind, path }: HostPlace): Problem[] {
  return hosts.flatMap((written, index) => {
    if (takesOutsideValue(written)) return [];
    const read = readHostPattern(written);
    if (read.ok) return [];
    const message = `The host ${quote(written)} cannot be used: ${read.reason}.`;
    const hint = 'Write a name such as "api.example.org", "*.example.org" or "localhost:8080", or an address.';
    return [view.problem(kind, { code: 'MANIFEST_VALUE_INVALID', message, hint, path: [...path, index] })];
  });
}

/** Undefined when one may stand for anything, because it cannot be read or stands in the environment. */
export function readHosts(written: readonly string[]): readonly HostPattern[] | undefined {
  const patterns = written.flatMap((host) => {
    const read = takesOutsideValue(host) ? undefined : readHostPattern(host);
    return read?.ok === true ? [read.pattern] : [];
  });
  return patterns.length === written.length ? patterns : undefined;
}

function problemsIn(view: ProjectView, permissions: PermissionsSpec | undefined, { kind, path }: HostPlace): Problem[] {
  const { allow = [], deny = [] } = permissions?.network ?? {};
  const place = [...path, 'network'];
  return [
    ...hostProblems(view, allow, { kind, path: [...place, 'allow'] }),
    ...hostProblems(view, deny, { kind, path: [...place, 'deny'] }),
  ];
}
