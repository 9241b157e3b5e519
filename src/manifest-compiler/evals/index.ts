export type { EvalCheckOptions } from './check-case.ts';
export { compileEvals, type CompiledEvals, type EvalCase } from './compile-evals.ts';
export { isEvalsFile, judgesOf, parseEvals, type ParsedEvals } from './parse-evals.ts';
