import type { Problem, ProblemPath } from '../../errors/index.ts';
import { WorkflowFile, type DeclaredNodeSpec, type DeclaredWorkflowSpec } from '../../manifest/index.ts';
import { createProblem, quote, type ManifestSource } from '../report/index.ts';
import { limits } from './limits.ts';
import { parseText } from './parse-text.ts';
import { isInsideProject, normalisePath } from './project-path.ts';
import { restorePath, type BrokenPart, type KeptItems } from './prune.ts';
import { validateManifest } from './validate-manifest.ts';

/** Types of nodes whose work is done by child tasks. */
export type ChildKind = 'map' | 'repeat' | 'workflow';

/** A workflow with the place where it is written: the one of the project, or one that child tasks run. */
export interface WorkflowUnit {
  /** Its name in `ProjectSpec.workflows`; empty for the workflow of the project. */
  readonly name: string;
  readonly file: string;
  /** Nothing when too much of it is broken. */
  readonly workflow?: DeclaredWorkflowSpec;
  readonly broken: readonly BrokenPart[];
  /** Where the remaining items of shortened lists were written. */
  readonly kept: KeptItems;
  /** The path in the file of a path in `{ workflow }`. */
  readonly toFile: (path: ProblemPath) => ProblemPath;
}

export interface FoundUnits {
  readonly units: readonly WorkflowUnit[];
  readonly problems: readonly Problem[];
  /** Of the workflow files that were read. */
  readonly sources: ReadonlyMap<string, ManifestSource>;
}

/** A node whose work is done by child tasks, as it is written. */
export type ChildNode = Extract<DeclaredNodeSpec, { type: ChildKind }>;

/** The name of the workflow that a node has its child tasks run; nothing when it says none. */
export function bodyName(node: ChildNode, unit: Pick<WorkflowUnit, 'name'>): string | undefined {
  if (isInPlace(node)) return unit.name === '' ? node.id : `${unit.name}/${node.id}`;
  return node.workflow === undefined ? undefined : normalisePath(node.workflow);
}

export function isChildNode(node: DeclaredNodeSpec): node is ChildNode {
  return node.type === 'map' || node.type === 'repeat' || node.type === 'workflow';
}

interface Search {
  readonly texts: ReadonlyMap<string, string>;
  readonly units: Map<string, WorkflowUnit>;
  readonly problems: Problem[];
  readonly sources: Map<string, ManifestSource>;
  /** How many more nodes and edges all workflows together may have. */
  readonly left: { nodes: number; edges: number };
}

/** Every workflow that nodes below a unit name or hold, each once. `texts` has the workflow files, by path. */
export function findUnits(main: WorkflowUnit, texts: ReadonlyMap<string, string>): FoundUnits {
  const { nodes, edges } = limits;
  const search: Search = { texts, units: new Map(), problems: [], sources: new Map(), left: { nodes, edges } };
  isBeyondLimits(search, main);
  collect(search, main, [main.file]);
  return { units: [...search.units.values()], problems: search.problems, sources: search.sources };
}

function collect(search: Search, unit: WorkflowUnit, filesAround: readonly string[]): void {
  for (const [index, node] of (unit.workflow?.nodes ?? []).entries()) {
    if (!isChildNode(node)) continue;
    const name = bodyName(node, unit);
    if (name !== undefined) collectBody(search, unit, { node, name, path: ['workflow', 'nodes', index], filesAround });
  }
}

function collectBody(search: Search, unit: WorkflowUnit, body: InPlace & { filesAround: readonly string[] }): void {
  const { node, name, filesAround } = body;
  if (isFull(search)) return;
  const isKnown = search.units.has(name);
  if (!isInPlace(node) && !isWorkflowFile(name)) return; // reported with the named files
  if (isInPlace(node)) {
    const found = isKnown ? undefined : unitInPlace(search, unit, body);
    if (found !== undefined) add(search, found, filesAround);
  } else if (filesAround.includes(name)) {
    const path = unit.toFile([...body.path, 'workflow']);
    search.problems.push(recursion({ name, file: unit.file, path }, filesAround));
  } else if (filesAround.length > limits.workflowFiles) {
    search.problems.push(tooNested({ file: unit.file, path: unit.toFile([...body.path, 'workflow']) }));
  } else {
    const found = isKnown ? undefined : fileUnit(search, name);
    if (found !== undefined) add(search, found, [...filesAround, name]);
  }
}

function add(search: Search, unit: WorkflowUnit, filesAround: readonly string[]): void {
  if (isBeyondLimits(search, unit)) {
    const { workflow: _workflow, ...withoutIt } = unit;
    search.units.set(unit.name, withoutIt); // nothing is looked for in what is not whole
    search.problems.push(tooMany(unit));
    return;
  }
  search.units.set(unit.name, unit);
  collect(search, unit, filesAround);
}

function isBeyondLimits(search: Search, { workflow }: WorkflowUnit): boolean {
  search.left.nodes -= workflow?.nodes.length ?? 0;
  search.left.edges -= workflow?.edges?.length ?? 0;
  return isFull(search);
}

function isFull({ left }: Search): boolean {
  return left.nodes < 0 || left.edges < 0;
}

function tooMany({ file, toFile }: WorkflowUnit): Problem {
  return createProblem({
    code: 'MANIFEST_FILE_TOO_LARGE',
    message: `All workflows together have more than ${limits.nodes} nodes or ${limits.edges} edges.`,
    hint: 'Make several projects of this one.',
    file,
    path: toFile(['workflow', 'nodes']),
  });
}

function tooNested(place: Pick<Problem, 'file' | 'path'>): Problem {
  return createProblem({
    code: 'MANIFEST_FILE_TOO_LARGE',
    message: `More than ${limits.workflowFiles} workflow files run one another.`,
    hint: 'Run what is deeper from a workflow further up.',
    ...place,
  });
}

/** Names of bodies in place end in the id of a node, which has no dot: no file can be taken for one. */
export function isWorkflowFile(path: string): boolean {
  return /\.(?:ya?ml|json)$/u.test(path);
}

function isInPlace(node: ChildNode): boolean {
  return node.type !== 'workflow' && (node.node !== undefined || node.body !== undefined);
}

interface Recursion {
  readonly name: string;
  readonly file: string;
  readonly path: ProblemPath;
}

function recursion({ name, file, path }: Recursion, filesAround: readonly string[]): Problem {
  const loop = [...filesAround.slice(filesAround.indexOf(name)), name].join(' → ');
  return createProblem({
    code: 'MANIFEST_WORKFLOW_RECURSIVE',
    message: `The workflow ${quote(name)} contains itself: ${loop}.`,
    hint: 'Remove the node; what is to be done again and again belongs into a node of type repeat.',
    file,
    path,
  });
}

/** Nothing when the file is not there (yet), or is no manifest at all. */
function fileUnit(search: Search, name: string): WorkflowUnit | undefined {
  const text = search.texts.get(name);
  if (text === undefined || !isInsideProject(name)) return undefined;
  const { source, problems, ...read } = parseText(name, text);
  search.sources.set(name, source);
  search.problems.push(...problems);
  if (!('value' in read)) return undefined;
  return unitOf(search, { name, file: name, value: read.value }, (path) => path);
}

interface InPlace {
  readonly node: ChildNode;
  readonly path: ProblemPath;
  readonly name: string;
}

function unitInPlace(search: Search, around: WorkflowUnit, { node, path, name }: InPlace): WorkflowUnit | undefined {
  if (node.type === 'workflow') return undefined;
  const { file } = around;
  if (node.node !== undefined) {
    const only = { id: node.type === 'map' ? 'item' : 'iteration', ...node.node };
    const base = around.toFile([...path, 'node']);
    const value = { workflow: { id: node.id, nodes: [only] } };
    return unitOf(search, { name, file, value }, (at) => [...base, ...at.slice(3)]);
  }
  const base = around.toFile([...path, 'body']);
  const value = { workflow: { id: node.id, ...node.body } };
  return unitOf(search, { name, file, value }, (at) => [...base, ...at.slice(1)]);
}

interface Written {
  readonly name: string;
  readonly file: string;
  readonly value: unknown;
}

/** The path in the file of a path in the value as it was written. */
type PlaceInFile = (path: ProblemPath) => ProblemPath;

function unitOf(search: Search, { name, file, value }: Written, place: PlaceInFile): WorkflowUnit {
  const result = validateManifest({ kind: 'workflow', file, value }, WorkflowFile);
  search.problems.push(...result.problems.map((problem) => ({ ...problem, path: place(problem.path) })));
  return {
    name,
    file,
    broken: result.broken,
    kept: result.kept,
    toFile: (path) => place(restorePath(path, result.kept)),
    ...(result.manifest !== undefined && { workflow: result.manifest.workflow }),
  };
}
