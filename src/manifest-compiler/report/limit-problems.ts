import type { Problem } from '../../errors/index.ts';
import { createProblem } from './create-problem.ts';

/** More problems of one file than anybody reads at once. */
export const problemLimit = 1_000;

/** At most a thousand problems for each file, and one that says how many more there are. */
export function limitProblems(problems: readonly Problem[]): Problem[] {
  const counts = new Map<string, number>();
  const kept = problems.filter(({ file }) => {
    const count = (counts.get(file) ?? 0) + 1;
    counts.set(file, count);
    return count <= problemLimit;
  });
  const excess = [...counts].filter(([, count]) => count > problemLimit);
  return [...kept, ...excess.map(([file, count]) => moreProblems(file, count - problemLimit))];
}

export function moreProblems(file: string, count: number): Problem {
  return createProblem({
    code: 'MANIFEST_INVALID',
    message: `The file has ${count} more problems, which are not listed.`,
    hint: 'Solve the problems above first.',
    file,
    path: [],
    range: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  });
}
