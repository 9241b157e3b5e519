import type { Problem, ProblemPath } from '../../errors/index.ts';
import { EvalsFile, type JudgeSpec } from '../../manifest/index.ts';
import { parseText, restorePath, validateManifest } from '../read/index.ts';
import { createProblem, listNames, type SourceMap } from '../report/index.ts';

/** One file of evals/ after its schema. */
export interface ParsedEvalsFile {
  readonly file: string;
  /** Name of the file without folder and ending: the ids of its cases begin with it. */
  readonly suite: string;
  readonly content: EvalsFile;
  /** Where a path of the content stands in the file. */
  readonly toFile: (path: ProblemPath) => ProblemPath;
}

export interface ParsedEvals {
  readonly files: readonly ParsedEvalsFile[];
  readonly problems: readonly Problem[];
  readonly sources: SourceMap;
  /** What only the cases use of the project, by name. */
  readonly uses: { readonly agents: ReadonlySet<string>; readonly schemas: ReadonlySet<string> };
}

/** Baselines may lie beside the cases that they are of: `baseline.json`, `smoke.baseline.json`. */
const evalsFile = /^evals\/(?!(?:[^/]*\.)?baseline\.json$)(?<suite>[^/]+)\.(?:yaml|yml|json)$/u;

/** Whether the path, relative to the project directory, is that of a file with cases. */
export function isEvalsFile(path: string): boolean {
  return evalsFile.test(path);
}

/** Reads the files of evals/, given as texts by path, and holds each against its schema. Other files are passed over. */
export function parseEvals(texts: ReadonlyMap<string, string>): ParsedEvals {
  const files: ParsedEvalsFile[] = [];
  const problems: Problem[] = [];
  const sources = new Map<string, ReturnType<typeof parseText>['source']>();
  const bySuite = new Map<string, string>();
  for (const [file, text] of [...texts].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const suite = evalsFile.exec(file)?.groups?.['suite'];
    if (suite === undefined) continue;
    const { source, problems: faults, ...read } = parseText(file, text);
    sources.set(file, source);
    problems.push(...faults);
    const other = bySuite.get(suite);
    if (other !== undefined) problems.push(twice(file, [other, file]));
    bySuite.set(suite, file);
    if (!('value' in read)) continue;
    const { manifest, problems: found, kept } = validateManifest({ kind: 'evals', file, value: read.value }, EvalsFile);
    problems.push(...found);
    if (manifest !== undefined)
      files.push({ file, suite, content: manifest, toFile: (path) => restorePath(path, kept) });
  }
  return { files, problems, sources, uses: usesOf(files) };
}

/** Judges of a case, in a list also where one stands by itself, each with its path from `expect` on. */
export function judgesOf(
  judge: JudgeSpec | readonly JudgeSpec[] | undefined,
): readonly { readonly judge: JudgeSpec; readonly path: ProblemPath }[] {
  if (judge === undefined) return [];
  return 'agent' in judge
    ? [{ judge, path: ['judge'] }]
    : judge.map((each, index) => ({ judge: each, path: ['judge', index] }));
}

function usesOf(files: readonly ParsedEvalsFile[]): ParsedEvals['uses'] {
  const expectations = files.flatMap(({ content }) => Object.values(content.cases).map(({ expect }) => expect));
  return {
    agents: new Set(expectations.flatMap(({ judge }) => judgesOf(judge).map((each) => each.judge.agent))),
    schemas: new Set(expectations.flatMap(({ schema }) => (typeof schema === 'string' ? [schema] : []))),
  };
}

function twice(file: string, both: readonly string[]): Problem {
  return createProblem({
    code: 'MANIFEST_FILE_AMBIGUOUS',
    message: `There are two files of cases with one name: ${listNames(both)}.`,
    hint: 'Give one of them another name: ids of cases begin with it.',
    file,
    path: [],
    range: [0, 0],
  });
}
