import type { Problem } from '../../errors/index.ts';
import { isPromptPath, isTooLarge, isWorkflowFile, limits, type NamedFile } from '../read/index.ts';
import { createNameFinder, createProblem, quote, type NameFinder } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Files that manifests name are there and not too large; a file that several name is reported once. */
export function checkNamedFiles(view: ProjectView): Problem[] {
  const nearestFile = fileFinder(view);
  const reported = new Set<string>();
  return view.namedFiles.flatMap((named): Problem[] => {
    const { path, kind } = named;
    if (reported.has(path)) return [];
    if (isThere(view, named)) {
      // The readers of schemas and modules have limits of their own.
      if (kind === 'schema' || isUnread(kind) || !isTooLarge(view.texts.get(path) ?? '')) return [];
      reported.add(path);
      return [tooLarge(named)];
    }
    reported.add(path);
    const near = nearestFile(named);
    const meant = near === undefined || kind !== 'schema' ? near : near.replace(/^schemas\/|\.json$/gu, '');
    return [missing(named, meant)];
  });
}

/** The file that is most likely meant: one of the same folder with a name like it, else one whose whole path is like it. */
function fileFinder({ texts, otherFiles }: ProjectView): (named: NamedFile) => string | undefined {
  const files = [...new Set([...texts.keys(), ...otherFiles])];
  const byFolder = Map.groupBy(files, (file) => folderOf(file));
  const anywhere = createNameFinder(texts.keys());
  const finders = new Map<string, NameFinder>();
  return ({ path, kind }) => {
    const folder = folderOf(path);
    const key = `${kind} ${folder}`;
    const fitting = (byFolder.get(folder) ?? []).filter((file) => mayBe(kind, file));
    const finder = finders.get(key) ?? createNameFinder(fitting.map((file) => file.slice(folder.length)));
    finders.set(key, finder); // its work is bounded as long as it is the same one
    const near = finder.nearest(path.slice(folder.length));
    return near === undefined ? anywhere.nearest(path) : `${folder}${near}`;
  };
}

/** With the slash at its end; empty for the project directory. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Whether naming the file would do. */
function mayBe(kind: NamedFile['kind'], file: string): boolean {
  if (kind === 'workflow') return isWorkflowFile(file);
  return kind === 'prompt' ? isPromptPath(file) : kind !== 'schema' || file.endsWith('.json');
}

function isThere({ texts, modules }: ProjectView, { path, kind }: NamedFile): boolean {
  return isUnread(kind) ? (modules?.has(path) ?? true) : texts.has(path);
}

/** Read only when it is used, by whoever uses it. */
function isUnread(kind: NamedFile['kind']): boolean {
  return kind === 'module' || kind === 'cassette';
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
