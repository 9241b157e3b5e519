import type { Problem, ProblemPath } from '../../errors/index.ts';
import type { FileKind } from '../../manifest/index.ts';
import { createProblem, quote } from '../report/index.ts';
import { limits } from './limits.ts';
import { isPlainObject, valueAt } from './schema-path.ts';

interface EntryLimit {
  readonly path: ProblemPath;
  readonly most: number;
}

/** Far more than anybody writes, and few enough that what compares all with all is done in a moment. */
const entryLimits: Readonly<Record<FileKind, readonly EntryLimit[]>> = {
  engine: [
    { path: ['engine', 'models'], most: 5_000 },
    { path: ['engine', 'permissions', 'filesystem', 'read'], most: 1_000 },
    { path: ['engine', 'permissions', 'filesystem', 'write'], most: 1_000 },
    { path: ['engine', 'permissions', 'network', 'allow'], most: 1_000 },
    { path: ['engine', 'permissions', 'network', 'deny'], most: 1_000 },
    { path: ['engine', 'permissions', 'commands', 'allow'], most: 1_000 },
  ],
  agents: [{ path: ['agents'], most: 2_000 }],
  tools: [{ path: ['tools'], most: 2_000 }],
  workflow: [
    { path: ['workflow', 'nodes'], most: limits.nodes },
    { path: ['workflow', 'edges'], most: limits.edges },
  ],
  pipelines: [
    { path: ['pipelines'], most: 1_000 },
    { path: ['fallbacks'], most: 5_000 },
  ],
  memory: [{ path: ['context_profiles'], most: 5_000 }],
  plugins: [{ path: ['plugins'], most: 1_000 }],
  evals: [{ path: ['cases'], most: 10_000 }],
};

/** A problem for each list or map with more entries than are looked at. */
export function tooManyEntries(kind: FileKind, file: string, root: unknown): Problem[] {
  return entryLimits[kind].flatMap(({ path, most }) => {
    const count = countEntries(valueAt(root, path));
    if (count <= most) return [];
    return createProblem({
      code: 'MANIFEST_FILE_TOO_LARGE',
      message: `${quote(String(path.at(-1)))} has ${count} entries, and at most ${most} are allowed.`,
      hint: 'Make several projects of this one.',
      file,
      path,
      at: 'key',
    });
  });
}

function countEntries(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return isPlainObject(value) ? Object.keys(value).length : 0;
}
