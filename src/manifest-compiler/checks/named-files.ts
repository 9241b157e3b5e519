import type { Problem } from '../../errors/index.ts';
import { isTooLarge, limits, type NamedFile } from '../read/index.ts';
import { createNameFinder, createProblem, quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Files that manifests name are there and not too large; a file that several name is reported once. */
export function checkNamedFiles(view: ProjectView): Problem[] {
  const finder = createNameFinder(view.texts.keys());
  const reported = new Set<string>();
  return view.namedFiles.flatMap((named): Problem[] => {
    const { path, kind } = named;
    if (reported.has(path)) return [];
    if (isThere(view, named)) {
      // The readers of schemas and modules have limits of their own.
      if (kind === 'schema' || kind === 'module' || !isTooLarge(view.texts.get(path) ?? '')) return [];
      reported.add(path);
      return [tooLarge(named)];
    }
    reported.add(path);
    const near = finder.nearest(path);
    const meant = near === undefined || kind !== 'schema' ? near : near.replace(/^schemas\/|\.json$/gu, '');
    return [missing(named, meant)];
  });
}

function isThere({ texts, modules }: ProjectView, { path, kind }: NamedFile): boolean {
  return kind === 'module' ? (modules?.has(path) ?? true) : texts.has(path);
}

function missing({ path, kind, file, from }: NamedFile, meant: string | undefined): Problem {
  return createProblem({
    code: 'MANIFEST_FILE_MISSING',
    message: `The ${kind} file ${quote(path)} is not there.`,
    hint: meant === undefined ? `Create ${quote(path)}.` : `Did you mean ${quote(meant)}?`,
    file,
    path: from,
  });
}

function tooLarge({ path, kind, file, from }: NamedFile): Problem {
  return createProblem({
    code: 'MANIFEST_FILE_TOO_LARGE',
    message: `The ${kind} file ${quote(path)} is larger than ${limits.fileBytes / 1_048_576} MiB.`,
    hint: 'Shorten it: no model takes that much.',
    file,
    path: from,
  });
}
