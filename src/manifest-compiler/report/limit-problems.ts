import type { Problem } from '../../errors/index.ts';
import { createProblem } from './create-problem.ts';

/** More problems of one file than anybody reads at once. */
export const problemLimit = 1_000;

/** At most a thousand problems for each file, errors before warnings, and one that says how many more there are. */
export function limitProblems(problems: readonly Problem[]): Problem[] {
  const counts = new Map<string, number>();
  const kept = new Set<Problem>();
  const excess = new Map<string, Problem['severity']>();
  for (const severity of ['error', 'warning'] as const) {
    for (const problem of problems) {
      if (problem.severity !== severity) continue;
      const count = (counts.get(problem.file) ?? 0) + 1;
      counts.set(problem.file, count);
      if (count <= problemLimit) kept.add(problem);
      else if (!excess.has(problem.file)) excess.set(problem.file, severity);
    }
  }
  return [
    ...problems.filter((problem) => kept.has(problem)),
    ...[...excess].map(([file, severity]) => moreProblems(file, (counts.get(file) ?? 0) - problemLimit, severity)),
  ];
}

export function moreProblems(file: string, count: number, severity: Problem['severity'] = 'error'): Problem {
  return createProblem({
    severity,
    code: 'MANIFEST_INVALID',
    message: `The file has ${count} more problems, which are not listed.`,
    hint: 'Solve the problems above first.',
    file,
    path: [],
    range: [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  });
}
