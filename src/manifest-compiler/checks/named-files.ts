import type { Problem } from '../../errors/index.ts';
import { createNameFinder, createProblem, quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Files that manifests name are there; a file that several name is reported once. */
export function checkNamedFiles(view: ProjectView): Problem[] {
  const finder = createNameFinder(view.texts.keys());
  const reported = new Set<string>();
  return view.namedFiles.flatMap(({ path, kind, file, from }): Problem[] => {
    if (view.texts.has(path) || reported.has(path)) return [];
    reported.add(path);
    const near = finder.nearest(path);
    const meant = near === undefined || kind !== 'schema' ? near : near.replace(/^schemas\/|\.json$/gu, '');
    return [
      createProblem({
        code: 'MANIFEST_FILE_MISSING',
        message: `The ${kind} file ${quote(path)} is not there.`,
        hint: meant === undefined ? `Create ${quote(path)}.` : `Did you mean ${quote(meant)}?`,
        file,
        path: from,
      }),
    ];
  });
}
