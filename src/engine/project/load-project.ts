import path from 'node:path';
import { EngineError } from '../../errors/index.ts';
import { JsonSchema, manifestKinds } from '../../manifest/index.ts';
import {
  compileParsed,
  limits,
  parseManifests,
  sortProblems,
  type CheckOptions,
  type CompiledManifests,
  type ParsedProject,
} from '../../manifest-compiler/index.ts';
import { createSchemaValidator, readSecretFiles, scriptProblems, type Environment } from '../../services/checking.ts';
import { loadEvals, readEvals, type LoadedEvals } from './load-evals.ts';
import { textsOf, unreadableFiles, type UnreadableFiles } from './unreadable-files.ts';
import {
  filesBeside,
  findFiles,
  readFilesInside,
  readManifestFiles,
  readNamedFiles,
  type FileText,
} from './project-directory.ts';

/** What was found in a project directory. */
export interface LoadedProject extends CompiledManifests {
  readonly directory: string;
  /** The cases in evals/. What is wrong with them is no problem of the project, which runs without them. */
  readonly evals: LoadedEvals;
}

/** Texts by their path in the project: manifests ("workflow.yaml"), and the prompts, schemas, scripts and workflows they name. */
export type ProjectFiles = Readonly<Record<string, string>>;

export interface LoadOptions {
  /** What the project is to run with. Without it nobody asks whether variables are set: reading tasks needs no keys. */
  readonly environment?: Environment;
}

/** Reads, checks and compiles a project. Problems are in the answer; throws only when the directory cannot be read. */
export async function loadProject(directory: string, options: LoadOptions = {}): Promise<LoadedProject> {
  const root = path.resolve(directory);
  const files = await readManifestFiles(root);
  if (files.size === 0) throw noManifests(directory);
  const { parsed, workflows } = await parseAll(root, files);
  const evals = await readEvals(root);
  const [modules, others] = namedPaths(parsed);
  const found = new Map([...(await readNamedFiles(root, others)), ...workflows]);
  const texts = textsOf(found);
  const foundModules = await findFiles(root, modules);
  const missing = parsed.namedFiles.filter(({ path: file }) => !found.has(file) && !foundModules.has(file));
  const checks = schemaChecks(texts);
  const compilation = compileParsed(parsed, texts, {
    ...checks,
    usedElsewhere: evals.uses,
    checkScript: scriptProblems,
    modules: foundModules,
    otherFiles: await filesBeside(
      root,
      missing.map(({ path: file }) => file),
    ),
    ...(await surroundings(parsed, root, options)),
  });
  const unreadable = unreadableFiles([...files, ...found]);
  const outcome = unreadable.problems.length > 0 ? withUnreadable(compilation, unreadable) : compilation;
  return { directory: root, ...outcome, evals: await loadEvals(evals, outcome.compiled, checks.compileSchema) };
}

/** The same for manifests that are at hand as texts. Modules and cassettes that they name are files of the directory. */
export async function loadTexts(
  files: ProjectFiles,
  directory: string,
  options: LoadOptions,
): Promise<Omit<LoadedProject, 'evals'>> {
  const root = path.resolve(directory);
  refuseOtherThanTexts(files);
  const texts = new Map(Object.entries(files));
  const parsed = parseManifests(texts, texts);
  const [modules] = namedPaths(parsed);
  const compilation = compileParsed(parsed, texts, {
    ...schemaChecks(texts),
    checkScript: scriptProblems,
    modules: await findFiles(root, modules),
    ...(await surroundings(parsed, root, options)),
  });
  return { directory: root, ...compilation };
}

/** Programs without types give anything. */
function refuseOtherThanTexts(files: unknown): void {
  const isRecord = typeof files === 'object' && files !== null && !Array.isArray(files);
  const [name] = isRecord ? (Object.entries(files).find(([, text]) => typeof text !== 'string') ?? []) : [];
  if (isRecord && name === undefined) return;
  const what =
    name === undefined ? 'What is given as manifests is no object with texts' : `The manifest "${name}" is no text`;
  throw new EngineError('MANIFEST_INVALID', `${what}.`, {
    hint: 'Give the text of each file by its path, as { "workflow.yaml": "workflow: …" }.',
    problems: [],
  });
}

/** What is checked where it is known what the project is to run with. */
async function surroundings(
  parsed: ParsedProject,
  root: string,
  { environment }: LoadOptions,
): Promise<Pick<CheckOptions, 'environmentNames' | 'secretFaults'>> {
  if (environment === undefined) return {};
  return { environmentNames: namesOf(environment), secretFaults: await secretFaultsIn(parsed, root) };
}

interface Parsed {
  readonly parsed: ParsedProject;
  /** The workflow files that were found, by path. */
  readonly workflows: ReadonlyMap<string, FileText>;
}

/** Manifests, and the workflow files that nodes name, which may name further ones. */
async function parseAll(root: string, files: ReadonlyMap<string, FileText>): Promise<Parsed> {
  const workflows = new Map<string, FileText>();
  const asked = new Set<string>();
  for (;;) {
    const parsed = parseManifests(textsOf(files), textsOf(workflows));
    const fresh = parsed.namedFiles.flatMap(({ kind, path: file }) =>
      kind === 'workflow' && !asked.has(file) ? [file] : [],
    );
    if (fresh.length === 0) return { parsed, workflows };
    for (const file of fresh) asked.add(file);
    for (const [file, text] of await readFilesInside(root, fresh)) workflows.set(file, text);
  }
}

/** What was found in an unreadable file was found in nothing. */
function withUnreadable({ problems, sources }: CompiledManifests, unreadable: UnreadableFiles): CompiledManifests {
  const others = problems.filter(({ file }) => !unreadable.sources.has(file));
  const all = new Map([...sources, ...unreadable.sources]);
  return { problems: sortProblems([...others, ...unreadable.problems], all), sources: all };
}

/** Modules are code, which is not read before it runs, and cassettes change while it does. */
function namedPaths({ namedFiles }: ParsedProject): [modules: string[], others: string[]] {
  const named = namedFiles.filter(({ kind }) => kind !== 'workflow');
  const isUnread = ({ kind }: (typeof named)[number]): boolean => kind === 'module' || kind === 'cassette';
  return [
    named.filter(isUnread).map((file) => file.path),
    named.filter((file) => !isUnread(file)).map((file) => file.path),
  ];
}

function namesOf(environment: Environment): ReadonlySet<string> {
  return new Set(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [name])));
}

async function secretFaultsIn({ manifests }: ParsedProject, root: string): Promise<ReadonlyMap<string, string>> {
  const { engine, tools, plugins, memory } = manifests;
  return (await readSecretFiles([engine, tools, plugins, memory], root)).faults;
}

/** Says what is wrong with a schema, which may refer to the files in schemas/ by name. */
function schemaChecks(
  texts: ReadonlyMap<string, string>,
): Required<Pick<CheckOptions, 'compileSchema' | 'checkValue'>> {
  const named: Record<string, JsonSchema> = {};
  for (const [file, text] of texts) {
    const name = /^schemas\/(.+)\.json$/u.exec(file)?.[1];
    const isLarge = text.length > limits.schemaCharacters; // the check of schema files reports it
    const schema = name === undefined || isLarge ? undefined : JsonSchema.safeParse(parseOrUndefined(text));
    if (name !== undefined && schema?.success === true) named[name] = schema.data;
  }
  const validator = createSchemaValidator(named);
  return {
    compileSchema(value) {
      const schema = JsonSchema.safeParse(value);
      return schema.success ? validator.check(schema.data) : 'It is neither an object nor true or false.';
    },
    checkValue: (schema, value) =>
      validator.check(schema) === undefined ? validator.validate(schema, value)[0]?.message : undefined,
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

export function noManifests(directory: string): EngineError {
  return new EngineError('MANIFEST_FILE_MISSING', `The directory "${directory}" holds no manifests.`, {
    hint: `Put a workflow.yaml there; the others are optional: ${manifestKinds.filter((kind) => kind !== 'workflow').join(', ')}.`,
  });
}
