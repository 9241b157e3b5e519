import { EngineError, type Problem } from '../../errors/index.ts';
import { manifestKinds, type ProjectSpec } from '../../manifest/index.ts';
import { restorePath, type ParsedProject } from '../read/index.ts';
import { limitProblems, sortProblems, type SourceMap } from '../report/index.ts';
import { assembleProject } from './assemble-project.ts';
import type { CheckOptions } from './check-options.ts';
import { scriptSources } from './model-scripts.ts';
import { createProjectView, type ProjectView } from './project-view.ts';
import { readSchemaFiles } from './schema-files.ts';

export interface CheckedProject {
  /** There unless a problem is an error. */
  readonly project?: ProjectSpec;
  /** Those of the manifests and those of the checks, in the order in which they are shown. */
  readonly problems: readonly Problem[];
  /** Sources of the manifests, the schemas and the scripts, to show problems with. */
  readonly sources: SourceMap;
}

/** Finds every problem that it is there for; paths are those of `view.manifests`. */
export type Check = (view: ProjectView) => Problem[];

export interface CheckInput extends CheckOptions {
  readonly parsed: ParsedProject;
  readonly texts: ReadonlyMap<string, string>;
}

export interface Checks {
  readonly projectChecks: readonly Check[];
  /** Made for the workflow of the project and for each that child tasks run. */
  readonly workflowChecks: readonly Check[];
}

export function runChecks({ projectChecks, workflowChecks }: Checks, input: CheckInput): CheckedProject {
  const { parsed, texts } = input;
  const schemas = readSchemaFiles(texts);
  const [main, ...others] = parsed.workflows.map((unit) => createProjectView({ ...input, schemas }, unit));
  if (main === undefined) throw new EngineError('ENGINE_BUG', 'A project without a workflow reached the checks.');
  const view = main;
  const found = limitProblems([
    ...projectChecks.flatMap((check) => check(view)).map((problem) => inFile(problem, parsed)),
    ...[main, ...others].flatMap((each) => workflowChecks.flatMap((check) => check(each))),
  ]);
  const sources = new Map([
    ...scriptSources(view),
    ...parsed.sources,
    ...[...schemas.values()].map(({ file, source }) => [file, source] as const),
  ]);
  const all = [...parsed.problems, ...found];
  // With errors, what seems to be unused may only be misspelt where it is used.
  const hasErrors = all.some(({ severity }) => severity === 'error');
  const problems = sortProblems(hasErrors ? all.filter(({ code }) => code !== 'MANIFEST_UNUSED') : all, sources);
  const project = hasErrors ? undefined : assembleProject(view);
  return { ...(project === undefined ? {} : { project }), problems, sources };
}

/** Checks see lists without their broken items; people see the file. */
function inFile(problem: Problem, { states }: ParsedProject): Problem {
  const kind = manifestKinds.find((candidate) => states[candidate].file === problem.file);
  // Places in workflows are those of the file already: see `ProjectView.problem`.
  if (kind === undefined || kind === 'workflow' || states[kind].kept.size === 0) return problem;
  return { ...problem, path: restorePath(problem.path, states[kind].kept) };
}
