import type { Problem } from '../../errors/index.ts';
import { checkProject, type CheckOptions } from '../checks/index.ts';
import { parseEvals } from '../evals/parse-evals.ts';
import { parseManifests, type ParsedProject } from '../read/index.ts';
import { sortProblems, type SourceMap } from '../report/index.ts';
import { compileProject } from './compile-project.ts';
import type { CompiledProject } from './compiled.ts';
import { placesIn } from './places.ts';

export interface CompiledManifests {
  /** There when no problem is an error. */
  readonly compiled?: CompiledProject;
  /** In the order of manifests and lines. */
  readonly problems: readonly Problem[];
  /** The texts that problems point into. */
  readonly sources: SourceMap;
}

/**
 * Reads, checks and compiles a project that is at hand as texts: manifests, workflows that nodes run, prompts, scripts
 * and schemas by their path in the project, such as "workflow.yaml" and "prompts/writer.md". For pages and programs without a file system.
 */
export function compileManifests(
  files: Readonly<Record<string, string>>,
  options: CheckOptions = {},
): CompiledManifests {
  const texts = new Map(Object.entries(files));
  return compileParsed(parseManifests(texts, texts), texts, { usedElsewhere: parseEvals(texts).uses, ...options });
}

/** The second half, for a host that has to read the manifests to know which files they name. */
export function compileParsed(
  parsed: ParsedProject,
  texts: ReadonlyMap<string, string>,
  options: CheckOptions,
): CompiledManifests {
  const { project, draft = project, problems: found, sources, shapesOf } = checkProject(parsed, texts, options);
  if (draft === undefined) return { problems: found, sources };
  const { compiled, problems } = compileProject(draft, placesIn(parsed), shapesOf);
  const all = sortProblems([...found, ...problems], sources);
  const isRunnable = compiled !== undefined && project !== undefined;
  return { problems: all, sources, ...(isRunnable && { compiled }) };
}
