import { createProblem, createSource, type ManifestSource } from '../../manifest-compiler/index.ts';
import type { Problem } from '../../errors/index.ts';
import type { FileText } from './project-directory.ts';

/** Files that are there and cannot be read, each with its problem and what can be shown of it. */
export interface UnreadableFiles {
  readonly problems: readonly Problem[];
  readonly sources: ReadonlyMap<string, ManifestSource>;
}

export function unreadableFiles(files: Iterable<readonly [string, FileText]>): UnreadableFiles {
  const problems: Problem[] = [];
  const sources = new Map<string, ManifestSource>();
  for (const [file, { text, isReadable }] of files) {
    if (isReadable) continue;
    const at = Math.max(0, text.indexOf('\uFFFD'));
    problems.push(
      createProblem({
        code: 'MANIFEST_FILE_UNREADABLE',
        message: text === '' ? 'The file cannot be read.' : 'The file is not UTF-8 text.',
        hint: text === '' ? 'Let it be a file, and make it readable.' : 'Save it as UTF-8.',
        file,
        path: [],
        range: [at, at + 1],
      }),
    );
    sources.set(
      file,
      createSource(file, text, () => [at, at]),
    );
  }
  return { problems, sources };
}

/** The texts by file. Those of unreadable files are empty, so that what is wrong in the others is found all the same. */
export function textsOf(files: ReadonlyMap<string, FileText>): Map<string, string> {
  return new Map([...files].map(([file, { text, isReadable }]) => [file, isReadable ? text : '']));
}
