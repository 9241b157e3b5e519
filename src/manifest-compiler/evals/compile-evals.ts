import type { Problem, ProblemPath } from '../../errors/index.ts';
import type { EvalCaseSpec } from '../../manifest/index.ts';
import type { CompiledProject } from '../compile/compiled.ts';
import { createFaultCollector } from '../compile/fault-collector.ts';
import type { CompiledExpression, ScopeNames } from '../expressions/index.ts';
import { createProblem, locate, sortProblems, type Location, type SourceMap } from '../report/index.ts';
import { checkCase, type EvalCheckOptions } from './check-case.ts';
import type { ParsedEvals, ParsedEvalsFile } from './parse-evals.ts';

/** A case that can be run. */
export interface EvalCase {
  /** Name of its file and its own, as `questions/resumes`. */
  readonly id: string;
  /** Name of its file. */
  readonly suite: string;
  readonly name: string;
  /** With the defaults of its file. */
  readonly spec: EvalCaseSpec;
  /** Those of `expect.when`, in their order. */
  readonly conditions: readonly CompiledExpression[];
  /** Where a part of the case is written. */
  locate(path: ProblemPath): Location;
}

export interface CompiledEvals {
  /** In the order of files and lines. */
  readonly cases: readonly EvalCase[];
  readonly problems: readonly Problem[];
  readonly sources: SourceMap;
}

/** Checks cases against the project that they are about. Without one, since it has errors, there are no cases. */
export function compileEvals(
  parsed: ParsedEvals,
  compiled: CompiledProject | undefined,
  options: EvalCheckOptions = {},
): CompiledEvals {
  const problems: Problem[] = [...parsed.problems];
  const cases: EvalCase[] = [];
  for (const file of parsed.files) {
    if (compiled === undefined) break;
    const read = compileFile(file, { compiled, sources: parsed.sources, options });
    problems.push(...read.problems);
    cases.push(...read.cases);
  }
  return { cases, problems: sortProblems(problems, parsed.sources), sources: parsed.sources };
}

interface FileContext {
  readonly compiled: CompiledProject;
  readonly sources: SourceMap;
  readonly options: EvalCheckOptions;
}

function compileFile(
  { file, suite, content, toFile }: ParsedEvalsFile,
  { compiled, sources, options }: FileContext,
): { readonly cases: readonly EvalCase[]; readonly problems: readonly Problem[] } {
  const faults = createFaultCollector(({ path }) => ({ file, path: toFile(path) }));
  const scope = scopeOf(compiled);
  const problems: Problem[] = [];
  const cases = Object.entries(content.cases).map(([name, declared]): EvalCase => {
    const spec = { ...content.defaults, ...declared };
    const place = (path: ProblemPath): ProblemPath => toFile(['cases', name, ...path]);
    for (const { path, ...problem } of checkCase(declared, compiled, options))
      problems.push(createProblem({ ...problem, file, path: place(path) }));
    const conditions = conditionsOf(declared).flatMap(({ source, path }) => {
      const where = { kind: 'workflow', path: ['cases', name, ...path] } as const;
      return faults.condition(source, scope, where) ?? [];
    });
    const at = (path: ProblemPath): Location =>
      locate(createProblem({ code: 'MANIFEST_VALUE_INVALID', message: '', file, path: place(path) }), sources);
    return { id: `${suite}/${name}`, suite, name, spec, conditions, locate: at };
  });
  const defaults = checkCase({ ...content.defaults, input: null, expect: {} }, compiled, options);
  const ofDefaults = defaults.map(({ path, ...problem }) =>
    createProblem({ ...problem, file, path: toFile(['defaults', ...path]) }),
  );
  return { cases, problems: [...problems, ...ofDefaults, ...faults.problems] };
}

function conditionsOf({
  expect: { when },
}: EvalCaseSpec): readonly { readonly source: string; readonly path: ProblemPath }[] {
  if (when === undefined) return [];
  if (typeof when === 'string') return [{ source: when, path: ['expect', 'when'] }];
  return when.map((source, index) => ({ source, path: ['expect', 'when', index] }));
}

/** Behind the end of a task, where all stages can be read. */
function scopeOf({ project }: CompiledProject): ScopeNames {
  return {
    variables: ['task', 'input', 'stages', 'output', 'usage'],
    stages: project.workflow.nodes.map(({ id }) => id),
  };
}
