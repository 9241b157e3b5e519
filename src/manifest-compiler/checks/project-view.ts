import type { Problem, ProblemPath } from '../../errors/index.ts';
import type { ManifestKind } from '../../manifest/index.ts';
import {
  childValue,
  restorePath,
  type BrokenPart,
  type Manifests,
  type NamedFile,
  type ParsedProject,
  type WorkflowUnit,
} from '../read/index.ts';
import { createNameFinder, createProblem, type NameFinder, type ProblemInput } from '../report/index.ts';
import type { CheckOptions, ScriptFault } from './check-options.ts';
import type { SchemaFile } from './schema-files.ts';
import type { UnitIndex } from './unit-index.ts';
import { buildGraph, emptyGraph, type WorkflowGraph } from './workflow-graph.ts';

/** The names that one kind of declaration brings, for whoever refers to them. */
export interface DeclaredNames {
  /** True for names that are declared, or that may be declared in a part that could not be read. */
  has(name: string): boolean;
  readonly finder: NameFinder;
}

/**
 * All that a check may look at: the project, with one of its workflows in the place of workflow.yaml. Paths are those of
 * `manifests`; they are turned into places of the files afterwards.
 */
export interface ProjectView {
  readonly manifests: Manifests;
  /** The workflow that is looked at. */
  readonly unit: WorkflowUnit;
  /** All workflows of the project, its own first. */
  readonly workflows: readonly WorkflowUnit[];
  readonly units: UnitIndex;
  readonly graph: WorkflowGraph;
  /** False when an edge could not be read. */
  readonly areEdgesWhole: boolean;
  /** False when nodes or edges are broken or lead nowhere, so that what seems to be missing may be there. */
  readonly isGraphWhole: boolean;
  readonly namedFiles: readonly NamedFile[];
  /** Texts of the named files that were found, and of all schemas. */
  readonly texts: ReadonlyMap<string, string>;
  /** Files in schemas/, by name. */
  readonly schemas: ReadonlyMap<string, SchemaFile>;
  /** What is wrong with a JSON Schema, if anything. */
  readonly compileSchema: (schema: unknown) => string | undefined;
  /** What is wrong with a value that a schema is for. */
  readonly checkValue: NonNullable<CheckOptions['checkValue']>;
  /** What is wrong with the script of a model. */
  readonly checkScript: (text: string) => readonly ScriptFault[];
  /** Modules that are there; not known when nobody looked. */
  readonly modules?: ReadonlySet<string>;
  /** Files that may be meant where a named one is not there. */
  readonly otherFiles: readonly string[];
  /** What something besides the manifests uses. */
  readonly usedElsewhere?: CheckOptions['usedElsewhere'];
  /** Variables that are set; not known when nobody looked. */
  readonly environmentNames?: ReadonlySet<string>;
  /** What is wrong with secret files; not known when nobody looked. */
  readonly secretFaults?: ReadonlyMap<string, string>;
  isThere(kind: ManifestKind): boolean;
  fileOf(kind: ManifestKind): string;
  /** True when something at, above or below the path could not be used. */
  isBroken(kind: ManifestKind, path: ProblemPath): boolean;
  /** Names of the entries of a map, such as the agents. */
  names(kind: ManifestKind, path: ProblemPath): DeclaredNames;
  readonly nodeIds: DeclaredNames;
  problem(kind: ManifestKind, problem: Omit<ProblemInput, 'file'>): Problem;
}

export interface ViewInput extends CheckOptions {
  readonly parsed: ParsedProject;
  readonly texts: ReadonlyMap<string, string>;
  readonly schemas: ReadonlyMap<string, SchemaFile>;
  readonly units: UnitIndex;
}

export function createProjectView(input: ViewInput, unit: WorkflowUnit): ProjectView {
  const { parsed, texts, schemas, units, ...options } = input;
  const manifests = manifestsWith(parsed.manifests, unit);
  const { file, broken, kept } = unit;
  const states = { ...parsed.states, workflow: { ...parsed.states.workflow, file, broken, kept } };
  const {
    compileSchema = () => undefined,
    checkValue = () => undefined,
    checkScript = () => [],
    otherFiles = [],
    ...lookedUp
  } = options;
  const graph = manifests.workflow === undefined ? emptyGraph : buildGraph(manifests.workflow.workflow);
  const isBroken = (kind: ManifestKind, path: ProblemPath): boolean => {
    if (states[kind].broken.length === 0) return false;
    const written = restorePath(path, states[kind].kept);
    return states[kind].broken.some((part) => startsWith(part.path, written) || startsWith(written, part.path));
  };
  const isPartBroken = (kind: ManifestKind, path: ProblemPath): boolean =>
    states[kind].broken.some((part) => startsWith(path, part.path));
  const brokenNames = (kind: ManifestKind, path: ProblemPath): string[] =>
    states[kind].broken.flatMap((part) => {
      const name = part.path.length === path.length + 1 && startsWith(part.path, path) ? nameOfBroken(part) : undefined;
      return name === undefined ? [] : [name];
    });
  const nodeNames = [...graph.byId.keys(), ...brokenNames('workflow', ['workflow', 'nodes'])];
  return {
    manifests,
    unit,
    workflows: parsed.workflows,
    units,
    graph,
    areEdgesWhole: !isBroken('workflow', ['workflow', 'edges']),
    isGraphWhole:
      manifests.workflow !== undefined &&
      !isBroken('workflow', ['workflow', 'nodes']) &&
      !isBroken('workflow', ['workflow', 'edges']) &&
      graph.edges.every(({ source, target }) => source !== undefined && target !== undefined),
    namedFiles: parsed.namedFiles,
    texts,
    schemas,
    compileSchema,
    checkValue,
    checkScript,
    otherFiles,
    ...lookedUp,
    isThere: (kind) => states[kind].isThere,
    fileOf: (kind) => states[kind].file,
    isBroken,
    names: (kind, path) =>
      declaredNames([...entryNames(manifests[kind], path), ...brokenNames(kind, path)], isPartBroken(kind, path)),
    nodeIds: declaredNames(nodeNames, isPartBroken('workflow', ['workflow', 'nodes'])),
    problem: (kind, problem) => {
      const path = kind === 'workflow' ? unit.toFile(problem.path) : problem.path;
      return createProblem({ ...problem, path, file: states[kind].file });
    },
  };
}

/** Pipelines are ways through the workflow of the project; of the fallbacks, each workflow has those to its own nodes. */
function manifestsWith({ workflow: main, pipelines, ...manifests }: Manifests, unit: WorkflowUnit): Manifests {
  if (unit.name === '') {
    return {
      ...manifests,
      ...(main !== undefined && { workflow: main }),
      ...(pipelines !== undefined && { pipelines }),
    };
  }
  const ids = new Set(unit.workflow?.nodes.map(({ id }) => id));
  const fallbacks = (pipelines?.fallbacks ?? []).filter(({ to }) => ids.has(to));
  return {
    ...manifests,
    pipelines: { fallbacks },
    ...(unit.workflow !== undefined && { workflow: { workflow: unit.workflow } }),
  };
}

function declaredNames(names: readonly string[], isUncertain: boolean): DeclaredNames {
  const known = new Set(names);
  return { has: (name) => isUncertain || known.has(name), finder: createNameFinder(known) };
}

function entryNames(manifest: unknown, path: ProblemPath): string[] {
  const entries = path.reduce<unknown>(childValue, manifest);
  return typeof entries === 'object' && entries !== null ? Object.keys(entries) : [];
}

/** The name that a broken part goes by: the key of an entry, or the id that was written for it. */
function nameOfBroken({ path, value }: BrokenPart): string | undefined {
  const last = path.at(-1);
  if (typeof last === 'string') return last;
  const id = childValue(value, 'id');
  return typeof id === 'string' ? id : undefined;
}

function startsWith(path: ProblemPath, start: ProblemPath): boolean {
  return start.length <= path.length && start.every((step, index) => step === path[index]);
}
