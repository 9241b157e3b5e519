import type { Problem } from '../../errors/index.ts';
import { locate, type Location } from './locate.ts';
import type { SourceMap } from './source.ts';

export type LocatedProblem = Omit<Problem, 'range' | 'part'> & Location;

/** Problems for programs: as they are, with line and column. */
export function problemsToJson(problems: readonly Problem[], sources: SourceMap): LocatedProblem[] {
  return problems.map((problem) => {
    const { range: _range, part: _part, ...rest } = problem;
    return { ...rest, ...locate(problem, sources) };
  });
}
