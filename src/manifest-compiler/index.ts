export { checkProject, type CheckOptions } from './checks/index.ts';
export { compileProject } from './compile/compile-project.ts';
export type { Compilation, CompiledAgent, CompiledPipeline, CompiledProject } from './compile/compiled.ts';
export type { FileOf } from './compile/fault-collector.ts';
export type { CompiledPrompt } from './expressions/index.ts';
export type { Outline, OutlineEdge, OutlineNode } from './plan/outline.ts';
export { parseManifests, type NamedFile, type ParsedProject } from './read/index.ts';
export {
  formatProblem,
  locate,
  problemsToJson,
  sortProblems,
  type LocatedProblem,
  type Palette,
  type SourceMap,
} from './report/index.ts';
export type { Conclusion, DeliveredArrival, StageProgram, StageScope, StageView, Work } from './roles/index.ts';
