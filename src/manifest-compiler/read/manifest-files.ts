import type { Problem } from '../../errors/index.ts';
import { manifestKinds, type ManifestKind } from '../../manifest/index.ts';
import { createProblem, listNames } from '../report/index.ts';

const extensions = ['.yaml', '.yml', '.json'] as const;

export interface ManifestFile {
  readonly kind: ManifestKind;
  readonly file: string;
  readonly text: string;
}

/** One file for each kind that is there. A kind that is there twice is a problem, and the first one is read. */
export function selectManifests(files: ReadonlyMap<string, string>): { selected: ManifestFile[]; problems: Problem[] } {
  const selected: ManifestFile[] = [];
  const problems: Problem[] = [];
  for (const kind of manifestKinds) {
    const found = extensions.map((extension) => `${kind}${extension}`).filter((name) => files.has(name));
    const [file, ...others] = found;
    if (file === undefined) continue;
    selected.push({ kind, file, text: files.get(file) ?? '' });
    if (others.length > 0) {
      problems.push(
        createProblem({
          code: 'MANIFEST_FILE_AMBIGUOUS',
          message: `There are ${found.length} manifests of one kind: ${listNames(found)}.`,
          hint: 'Keep one of them.',
          file,
          path: [],
          range: [0, 0],
        }),
      );
    }
  }
  return { selected, problems };
}

export function missingManifest(kind: ManifestKind, reason: string): Problem {
  return createProblem({
    code: 'MANIFEST_FILE_MISSING',
    message: `There is no ${kind}.yaml, ${kind}.yml or ${kind}.json${reason}.`,
    hint: `Add ${kind}.yaml to the project directory.`,
    file: `${kind}.yaml`,
    path: [],
  });
}
