import { splitGlob, takesOutsideValue, type PermissionsSpec } from '../../manifest/index.ts';
import { normalisePath } from '../read/index.ts';
import { listNames } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** What the engine permits, as it is written. */
export interface Permitted {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly commands: readonly string[];
  readonly hosts: readonly string[];
  readonly stateDirectory: string;
}

/** Nothing is permitted by default. Undefined when what is permitted could not be read. */
export function permittedBy(view: ProjectView): Permitted | undefined {
  if (view.isBroken('engine', ['engine', 'permissions'])) return undefined;
  const { permissions, state_dir: stateDirectory = '.agent-engine' } = view.manifests.engine?.engine ?? {};
  return { ...listsOf(permissions ?? {}), stateDirectory };
}

function listsOf({ filesystem = {}, commands = {}, network = {} }: PermissionsSpec): Omit<Permitted, 'stateDirectory'> {
  const { read = [], write = [] } = filesystem;
  return { read, write, commands: commands.allow ?? [], hosts: network.allow ?? [] };
}

export function permittedInWords(permitted: readonly string[]): string {
  return permitted.length === 0 ? 'nothing' : `only ${listNames(permitted)}`;
}

/** True unless the directory is certainly in none of the roots; a glob may hold files of it. */
export function mayBeInside(directory: string, roots: readonly string[]): boolean {
  const directories = roots.map((root) => splitGlob(root).directory);
  return isInside(directory, directories) || [directory, ...roots].some(takesOutsideValue);
}

/** Compares what is written; links are resolved when the tool runs. */
export function isInside(directory: string, roots: readonly string[]): boolean {
  const inner = normalisePath(directory);
  return roots.some((root) => {
    const outer = normalisePath(root);
    if (inner === outer) return true;
    if (outer === '.') return !/^(?:\.\.(?:\/|$)|\/|[A-Za-z]:)/u.test(inner);
    return inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`) && !inner.slice(outer.length).includes('/..');
  });
}
