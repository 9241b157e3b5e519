import path from 'node:path';
import { isGitName } from './git-names.ts';
import { isInside } from './inside.ts';
import { refusal, type Bounds, type PermissionKind, type Verdict } from './permission-kind.ts';
import { resolvePath, type PermittedPath } from './permitted-path.ts';
import { isOfStore } from './store-files.ts';

/** What is done at a path: `list` a directory, `work` in one, or read or write a file. */
const accesses = {
  read: { lists: ['read'], isOnTheWay: false, changes: false },
  write: { lists: ['write'], isOnTheWay: false, changes: true },
  list: { lists: ['read'], isOnTheWay: true, changes: false },
  work: { lists: ['read', 'write'], isOnTheWay: true, changes: false },
} as const satisfies Record<string, Access>;
export type FilesystemAccess = keyof typeof accesses;

interface Access {
  /** It is allowed by each of these lists. */
  readonly lists: readonly ('read' | 'write')[];
  /** A directory is enough in which something permitted may lie. */
  readonly isOnTheWay: boolean;
  readonly changes: boolean;
}

export interface FilesystemRequest {
  readonly kind: 'filesystem';
  readonly access: FilesystemAccess;
  /** The real one, or what it names is not what is checked. */
  readonly path: string;
}

/** Paths that one level permits; one must hold a path. */
export interface PathList {
  readonly rule: string;
  readonly paths: readonly PermittedPath[];
  /** Why a path is refused that none of them holds. */
  readonly outside: string;
  readonly hint?: string;
}

export interface FilesystemRules {
  readonly read?: PathList;
  readonly write?: PathList;
}

const none: readonly string[] = [];
const kernelDirectories = ['/proc', '/sys'];

export const filesystemKind: PermissionKind<FilesystemRequest, FilesystemRules> = {
  async resolve({ filesystem }, level) {
    const listOf = async (right: 'read' | 'write'): Promise<FilesystemRules> => {
      const declared = filesystem?.[right] ?? (level.isClosed ? [] : undefined);
      if (declared === undefined) return {};
      const rule = `${level.place}.filesystem.${right}`;
      const hint = `Add its directory to ${level.written}.filesystem.${right}.`;
      const paths = await Promise.all(declared.map(async (written) => await resolvePath(level, written)));
      return { [right]: { rule, paths, outside: outsideOf(declared), hint } };
    };
    return { ...(await listOf('read')), ...(await listOf('write')) };
  },

  refusedAlways({ path: target, access }, { stateDirectory, secretFiles = [], storeFiles = [], ownFiles = none }) {
    if (!path.isAbsolute(target) || path.normalize(target) !== target || target.includes('\0')) {
      return refusal('always: paths are resolved first', 'it is no absolute, normalised path');
    }
    if (kernelDirectories.some((directory) => isInside(directory, target))) {
      return refusal('always: kernel files', 'files of the kernel are out of reach');
    }
    if (isInside(folded(stateDirectory), folded(target))) {
      return refusal('always: state_dir', 'the state of the engine is out of reach of tools');
    }
    if (secretFiles.some((file) => folded(file) === folded(target))) {
      return refusal('always: secret files', 'a secret is read from it');
    }
    return refusedStore(target, storeFiles) ?? (accesses[access].changes ? refusedChange(target, ownFiles) : undefined);
  },

  judge({ access, path: target }, rules) {
    const { lists, isOnTheWay } = accesses[access];
    let refused: Verdict | undefined;
    for (const right of lists) {
      const list = rules[right];
      if (list === undefined) return undefined;
      const found = list.paths.find((permitted) => holds(permitted, target, isOnTheWay));
      if (found !== undefined) return { allowed: true, rule: list.rule, reason: `it lies inside "${found.declared}"` };
      refused ??= refusal(list.rule, list.outside, list.hint);
    }
    return refused;
  },
};

function refusedStore(target: string, storeFiles: NonNullable<Bounds['storeFiles']>): Verdict | undefined {
  const store = storeFiles.find(({ file, isPerTask }) => isOfStore(folded(target), { file: folded(file), isPerTask }));
  if (store?.isAudit === true) return refusal('always: audit log', 'the audit log is kept in it');
  return store === undefined ? undefined : refusal('always: memory stores', 'a memory store is kept in it');
}

function refusedChange(target: string, ownFiles: readonly string[]): Verdict | undefined {
  if (foldedSet(ownFiles).has(folded(target))) {
    return refusal('always: manifests', 'the engine reads from it what is to be done, and what may be');
  }
  if (target.split(path.sep).some((name) => isGitName(name))) {
    return refusal('always: .git', 'nothing below ".git" may be written');
  }
  return undefined;
}

/** As file systems compare names that tell no case or no normal form apart. */
function folded(target: string): string {
  return target.normalize('NFC').toLowerCase();
}

/** There can be many of them, and each write asks. */
const foldedSets = new WeakMap<readonly string[], ReadonlySet<string>>();

function foldedSet(files: readonly string[]): ReadonlySet<string> {
  const known = foldedSets.get(files) ?? new Set(files.map(folded));
  foldedSets.set(files, known);
  return known;
}

/** Both paths are absolute and normalised, so that their beginning tells, and at a tenth of what `path.relative` costs. */
function holds({ path: root, matches }: PermittedPath, target: string, isOnTheWay: boolean): boolean {
  if (!target.startsWith(root)) return false;
  const rest = target.slice(root.length);
  if (rest !== '' && !rest.startsWith(path.sep) && !root.endsWith(path.sep)) return false;
  if (matches === undefined || isOnTheWay) return true;
  return matches((rest.startsWith(path.sep) ? rest.slice(1) : rest).replaceAll(path.sep, '/'));
}

function outsideOf(declared: readonly string[]): string {
  if (declared.length === 0) return 'no directory is permitted';
  return `it lies outside ${declared.map((written) => `"${written}"`).join(', ')}`;
}
