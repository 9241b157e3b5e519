import type { Problem } from '../../errors/index.ts';
import { manifestKinds } from '../../manifest/index.ts';
import { rangeOfProblem } from './locate.ts';
import type { SourceMap } from './source.ts';

/** Manifests in their usual order, then other files by name; within a file from top to bottom. */
export function sortProblems(problems: readonly Problem[], sources: SourceMap): Problem[] {
  if (problems.length < 2) return [...problems];
  const keyed = problems.map((problem) => {
    const source = sources.get(problem.file);
    return {
      problem,
      rank: rankOf(problem.file),
      start: source === undefined ? 0 : rangeOfProblem(problem, source)[0],
    };
  });
  return keyed
    .toSorted(
      (one, other) =>
        one.rank - other.rank ||
        compareText(one.problem.file, other.problem.file) ||
        one.start - other.start ||
        compareText(one.problem.code, other.problem.code) ||
        compareText(one.problem.message, other.problem.message),
    )
    .map(({ problem }) => problem);
}

function rankOf(file: string): number {
  const name = file.replace(/\.(yaml|yml|json)$/u, '');
  const rank = manifestKinds.findIndex((kind) => kind === name);
  return rank === -1 ? manifestKinds.length : rank;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
