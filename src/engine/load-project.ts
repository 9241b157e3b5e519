import path from 'node:path';
import { EngineError, type Problem } from '../errors/index.ts';
import { JsonSchema, manifestKinds, type ManifestKind } from '../manifest/index.ts';
import {
  checkProject,
  compileProject,
  parseManifests,
  sortProblems,
  type CompiledProject,
  type ParsedProject,
  type SourceMap,
} from '../manifest-compiler/index.ts';
import { createSchemaValidator } from '../services/index.ts';
import { readManifestFiles, readNamedFiles } from './project-directory.ts';

/** What was found in a project directory. */
export interface LoadedProject {
  readonly directory: string;
  /** There when no problem is an error. */
  readonly compiled?: CompiledProject;
  /** In the order of manifests and lines. */
  readonly problems: readonly Problem[];
  /** The texts that problems point into. */
  readonly sources: SourceMap;
}

/** Reads, checks and compiles a project. Problems are in the answer; throws only when the directory cannot be read. */
export async function loadProject(directory: string): Promise<LoadedProject> {
  const root = path.resolve(directory);
  const files = await readManifestFiles(root);
  if (files.size === 0) throw noManifests(directory);
  const parsed = parseManifests(files);
  const texts = await readNamedFiles(
    root,
    parsed.namedFiles.map((file) => file.path),
  );
  const checked = checkProject(parsed, texts, { compileSchema: schemaCheck(texts) });
  const { sources } = checked;
  if (checked.project === undefined)
    return { directory: root, problems: sortProblems(checked.problems, sources), sources };
  const { compiled, problems } = compileProject(checked.project, (kind) => fileOf(parsed, kind));
  const all = sortProblems([...checked.problems, ...problems], sources);
  return { directory: root, problems: all, sources, ...(compiled !== undefined && { compiled }) };
}

/** Says what is wrong with a schema, which may refer to the files in schemas/ by name. */
function schemaCheck(texts: ReadonlyMap<string, string>): (schema: unknown) => string | undefined {
  const named: Record<string, JsonSchema> = {};
  for (const [file, text] of texts) {
    const name = /^schemas\/(.+)\.json$/u.exec(file)?.[1];
    const schema = name === undefined ? undefined : JsonSchema.safeParse(parseOrUndefined(text));
    if (name !== undefined && schema?.success === true) named[name] = schema.data;
  }
  const validator = createSchemaValidator(named);
  return (value) => {
    const schema = JsonSchema.safeParse(value);
    return schema.success ? validator.check(schema.data) : 'It is neither an object nor true or false.';
  };
}

function parseOrUndefined(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined; // the check of schema files reports it
  }
}

function noManifests(directory: string): EngineError {
  return new EngineError('MANIFEST_FILE_MISSING', `The directory "${directory}" holds no manifests.`, {
    hint: `Put a workflow.yaml there; the others are optional: ${manifestKinds.filter((kind) => kind !== 'workflow').join(', ')}.`,
  });
}

function fileOf(parsed: ParsedProject, kind: ManifestKind): string {
  return parsed.states[kind].file;
}
