import { isEngineError } from '../../errors/index.ts';
import { compileEvals, parseEvals, sortProblems, type CompiledEvals } from '../../manifest-compiler/index.ts';
import type { CompiledProject, EvalCheckOptions, ParsedEvals } from '../../manifest-compiler/index.ts';
import type { SchemaReference } from '../../manifest/index.ts';
import { createSchemaValidator } from '../../services/checking.ts';
import { readEvalFiles } from './project-directory.ts';
import { textsOf, unreadableFiles } from './unreadable-files.ts';

/** The cases in the folder evals/ of a project. */
export interface LoadedEvals extends CompiledEvals {
  /** What keeps a value from being what a schema of the project, or one in place, says. */
  schemaFindings(
    schema: SchemaReference,
    value: unknown,
  ): readonly { readonly path: string; readonly message: string }[];
}

/** Reads the files of evals/, which need not be there. */
export async function readEvals(directory: string): Promise<ParsedEvals> {
  const files = await readEvalFiles(directory);
  const parsed = parseEvals(textsOf(files));
  const unreadable = unreadableFiles(files);
  if (unreadable.problems.length === 0) return parsed;
  const sources = new Map([...parsed.sources, ...unreadable.sources]);
  const others = parsed.problems.filter(({ file }) => !unreadable.sources.has(file));
  return { ...parsed, sources, problems: sortProblems([...others, ...unreadable.problems], sources) };
}

export async function loadEvals(
  parsed: ParsedEvals,
  compiled: CompiledProject | undefined,
  compileSchema: EvalCheckOptions['compileSchema'],
): Promise<LoadedEvals> {
  const validator = createSchemaValidator(compiled?.project.schemas ?? {});
  // What reads overrides and modes brings all services along, which a project without cases does not need.
  const known = parsed.files.length === 0 ? {} : await knownOf(compiled);
  const options: EvalCheckOptions = { ...known, ...(compileSchema !== undefined && { compileSchema }) };
  return {
    ...compileEvals(parsed, compiled, options),
    schemaFindings: (schema, value) => validator.validate(schema, value),
  };
}

async function knownOf(
  compiled: CompiledProject | undefined,
): Promise<Pick<EvalCheckOptions, 'checkOverride' | 'modes'>> {
  const { callerOverrides } = await import('../overrides/read-overrides.ts');
  const { modesOf } = await import('../routing.ts');
  return {
    checkOverride(override) {
      try {
        callerOverrides([override]);
        return undefined;
      } catch (error) {
        if (isEngineError(error)) return error.message;
        throw error;
      }
    },
    ...(compiled !== undefined && { modes: modesOf(compiled) }),
  };
}
