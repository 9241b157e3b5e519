import { EngineError, type ErrorCode, type Problem } from '../../errors/index.ts';
import { manifestKinds, type ProjectSpec } from '../../manifest/index.ts';
import { restorePath, type ParsedProject } from '../read/index.ts';
import { limitProblems, sortProblems, type SourceMap } from '../report/index.ts';
import { assembleProject } from './assemble-project.ts';
import type { CheckOptions } from './check-options.ts';
import { scriptSources } from './model-scripts.ts';
import { promptSources } from './prompts.ts';
import type { ShapesOf } from '../compile/compile-project.ts';
import { outputShapes } from './output-shapes.ts';
import { createProjectView, type ProjectView } from './project-view.ts';
import { readSchemaFiles } from './schema-files.ts';
import { indexUnits } from './unit-index.ts';

export interface CheckedProject {
  /** There unless a problem is an error. */
  readonly project?: ProjectSpec;
  /** There when the errors leave the graph as it was meant: compiling it finds what else is wrong. Never to be run. */
  readonly draft?: ProjectSpec;
  /** What is known of the outputs of a workflow; that of the project has no name. */
  readonly shapesOf: ShapesOf;
  /** Those of the manifests and those of the checks, in the order in which they are shown. */
  readonly problems: readonly Problem[];
  /** Sources of the manifests, the schemas, the scripts and the prompts, to show problems with. */
  readonly sources: SourceMap;
}

/** Finds every problem that it is there for; paths are those of `view.manifests`. */
export type Check = (view: ProjectView) => Problem[];

export interface CheckInput extends CheckOptions {
  readonly parsed: ParsedProject;
  readonly texts: ReadonlyMap<string, string>;
}

export interface Checks {
  readonly project: readonly Check[];
  /** Made for the workflow of the project and for each that child tasks run. */
  readonly workflow: readonly Check[];
}

export interface AllChecks {
  readonly always: Checks;
  /** What the compiler finds in a project that it can compile. */
  readonly insteadOfCompiling: Checks;
}

export function runChecks({ always, insteadOfCompiling }: AllChecks, input: CheckInput): CheckedProject {
  const { parsed, texts } = input;
  const schemas = readSchemaFiles(texts);
  const units = indexUnits(parsed.workflows);
  const views = parsed.workflows.map((unit) => createProjectView({ ...input, schemas, units }, unit));
  const [view] = views;
  if (view === undefined) throw new EngineError('ENGINE_BUG', 'A project without a workflow reached the checks.');
  const sources = new Map([
    ...scriptSources(view),
    ...promptSources(view),
    ...parsed.sources,
    ...[...schemas.values()].map(({ file, source }) => [file, source] as const),
  ]);
  const find = (checks: Checks): readonly Problem[] => [
    ...checks.project.flatMap((check) => check(view)).map((problem) => inFile(problem, parsed)),
    ...views.flatMap((each) => checks.workflow.flatMap((check) => check(each))),
  ];
  const found = find(always);
  const state = stateOf([...parsed.problems, ...found], views);
  const all = state === 'broken' ? [...found, ...find(insteadOfCompiling)] : found;
  // With errors, what seems to be unused may only be misspelt where it is used.
  const told = state === 'valid' ? all : all.filter(({ code }) => code !== 'MANIFEST_UNUSED');
  const problems = sortProblems([...parsed.problems, ...limitProblems(told)], sources);
  const project = state === 'broken' ? undefined : assembleProject(view);
  const shapes = new Map(views.map((each) => [each.unit.name, outputShapes(each)]));
  const outcome = { problems, sources, shapesOf: (name: string) => shapes.get(name) };
  return project === undefined ? outcome : { ...(state === 'valid' ? { project } : { draft: project }), ...outcome };
}

/** Errors in workflows that say nothing about how nodes and edges hang together. */
const besidesGraph: ReadonlySet<ErrorCode> = new Set([
  'MANIFEST_REFERENCE_UNKNOWN',
  'MANIFEST_FILE_MISSING',
  'MANIFEST_SCHEMA_INVALID',
]);

function stateOf(problems: readonly Problem[], views: readonly ProjectView[]): 'valid' | 'draft' | 'broken' {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return 'valid';
  const workflows = new Set(views.map(({ unit }) => unit.file));
  const pipelines = views[0]?.fileOf('pipelines');
  const isBeside = ({ code, file }: Problem): boolean =>
    workflows.has(file) ? besidesGraph.has(code) : file !== pipelines;
  const areWhole = views.every((view) => view.isGraphWhole && !view.isBroken('engine', []));
  return areWhole && errors.every(isBeside) ? 'draft' : 'broken';
}

/** Checks see lists without their broken items; people see the file. */
function inFile(problem: Problem, { states }: ParsedProject): Problem {
  const kind = manifestKinds.find((candidate) => states[candidate].file === problem.file);
  // Places in workflows are those of the file already: see `ProjectView.problem`.
  if (kind === undefined || kind === 'workflow' || states[kind].kept.size === 0) return problem;
  return { ...problem, path: restorePath(problem.path, states[kind].kept) };
}
