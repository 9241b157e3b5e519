import {
  countPaths,
  listPaths,
  staticFacts,
  type CompiledPipeline,
  type CompiledProject,
  type GraphEdge,
  type GraphPath,
  type StaticFacts,
  type WorkflowGraph,
} from '../index.ts';
import { pipelinesOf } from './pipelines.ts';

export interface PathListOptions {
  /** Id of the one pipeline to look at. Default: all. */
  readonly pipeline?: string;
  /** Ways through a pipeline that are listed at most. Default: 100. */
  readonly limit?: number;
}

/** The ways through a project, and what can be said of it before anything has run. Plain JSON. */
export interface PathList {
  readonly workflow: string;
  readonly pipelines: readonly PipelinePaths[];
}

export interface PipelinePaths {
  readonly pipeline: string;
  /** How many ways there are, as digits: it may be a large number. */
  readonly path_count: string;
  /** The first of them, in the order of the file. */
  readonly paths: readonly ListedPath[];
  /** What the edges of the listed paths are, by id. */
  readonly edges: Readonly<Record<string, ListedEdge>>;
  readonly facts: PathFacts;
}

export interface ListedPath {
  readonly nodes: readonly string[];
  /** Ids; each leads from the node at its place to the next one. */
  readonly edges: readonly string[];
}

export interface ListedEdge extends Pick<GraphEdge, 'kind' | 'choice' | 'categories'> {
  readonly from: string;
  readonly to: string;
}

/** The most that one run can come to; where it is not exact, a bound that no run exceeds. */
export interface MostPerRun {
  /** Null: without bound. */
  readonly most: number | null;
  readonly is_exact: boolean;
}

export interface PathFacts {
  /** Calls of models, every attempt counted. */
  readonly model_calls: MostPerRun;
  /** There when every answer and every context window has a declared size. */
  readonly tokens?: { readonly input: MostPerRun; readonly output: MostPerRun };
  /** There when in addition every model has a price. */
  readonly cost_usd?: MostPerRun;
  /** By mode: tools that run, and those that run if their own code says that it is harmless. */
  readonly tools: StaticFacts['tools'];
  /** Failures that no edge of their stage takes. */
  readonly unhandled_failures: readonly UnhandledFailure[];
}

export interface UnhandledFailure extends Pick<StaticFacts['unhandled'][number], 'node' | 'categories'> {
  /** Whether a merge further on goes on without this branch. */
  readonly is_absorbed: boolean;
}

const defaultLimit = 100;

/** Lists the ways through every pipeline of a project, as many as a limit allows. Nothing is run. */
export function listProjectPaths(compiled: CompiledProject, options: PathListOptions = {}): PathList {
  const limit = options.limit ?? defaultLimit;
  const pipelines = pipelinesOf(compiled, options.pipeline).map((pipeline) => pathsOf(compiled, pipeline, limit));
  return { workflow: compiled.project.workflow.id, pipelines };
}

function pathsOf(compiled: CompiledProject, pipeline: CompiledPipeline, limit: number): PipelinePaths {
  const { id, graph } = pipeline;
  const listed = firstPaths(graph, limit);
  const taken = new Set(listed.flatMap((path) => path.edges));
  return {
    pipeline: id,
    path_count: String(countPaths(graph)),
    paths: listed.map(({ edges, last }) => ({
      nodes: [...edges.map((edge) => edge.from.id), last.id],
      edges: edges.map((edge) => edge.id),
    })),
    edges: Object.fromEntries([...taken].map((edge) => [edge.id, listedEdge(edge)])),
    facts: factsOf(compiled, pipeline),
  };
}

function firstPaths(graph: WorkflowGraph, limit: number): readonly GraphPath[] {
  const found: GraphPath[] = [];
  if (limit < 1) return found;
  for (const path of listPaths(graph)) {
    found.push(path);
    if (found.length >= limit) break;
  }
  return found;
}

function listedEdge({ from, to, kind, choice, categories }: GraphEdge): ListedEdge {
  return {
    from: from.id,
    to: to.id,
    kind,
    ...(choice !== undefined && { choice }),
    ...(categories !== undefined && { categories }),
  };
}

function factsOf(compiled: CompiledProject, pipeline: CompiledPipeline): PathFacts {
  const { modelCalls, tokens, costUsd, tools, unhandled } = staticFacts(compiled, pipeline);
  return {
    model_calls: mostOf(modelCalls),
    ...(tokens !== undefined && { tokens: { input: mostOf(tokens.input), output: mostOf(tokens.output) } }),
    ...(costUsd !== undefined && { cost_usd: mostOf(costUsd) }),
    tools,
    unhandled_failures: unhandled.map(({ node, categories, isAbsorbed }) => ({
      node,
      categories,
      is_absorbed: isAbsorbed,
    })),
  };
}

function mostOf({ most, isExact }: StaticFacts['modelCalls']): MostPerRun {
  return { most: Number.isFinite(most) ? most : null, is_exact: isExact };
}
