import { createHash } from 'node:crypto';
import type { NodeSpec, WorkflowSpec } from '../../src/manifest/index.ts';
import {
  isOver,
  readyNodes,
  settle,
  startControl,
  tokenOf,
  type ControlState,
  type GraphNode,
  type Outcome,
  type Settled,
  type WorkflowGraph,
} from '../../src/machines/index.ts';
import type { CompiledProject, FinishedStage } from '../../src/manifest-compiler/index.ts';
import { choicesOf, picked, scriptedOutcome, type Script } from './workflow-script.ts';
import { versionOf } from './workflow-versions.ts';

/** One version of a generated workflow. */
export interface ReadVersion {
  readonly workflow: WorkflowSpec;
  readonly compiled: CompiledProject;
  readonly graph: WorkflowGraph;
}

export function readVersion(workflow: WorkflowSpec): ReadVersion {
  const compiled = versionOf(workflow);
  const [pipeline] = compiled.pipelines.values();
  if (pipeline === undefined) throw new Error('A workflow is a pipeline.');
  return { workflow, compiled, graph: pipeline.graph };
}

/** A run with what every stage is given, made from nothing but the kernel. */
export interface VersionRun {
  readonly version: ReadVersion;
  readonly finished: readonly FinishedStage[];
  /** All that a result depends on, by node id. */
  readonly given: ReadonlyMap<string, string>;
  control(): ControlState;
  /** Throws for a stage that is not ready: also for one that has ended. */
  play(node: string, outcome: Outcome): void;
}

export function startRun(version: ReadVersion): VersionRun {
  const { graph } = version;
  const finished: FinishedStage[] = [];
  const given = new Map<string, string>();
  const results = new Map<GraphNode, string>();
  let { control } = startControl(graph);
  const advance = (settled: Settled): void => {
    control = settled.control;
    for (const node of settled.started) given.set(node.id, inputOf(version, node, { control, results }));
  };
  advance(startControl(graph));
  return {
    version,
    finished,
    given,
    control: () => control,
    play(id, outcome) {
      const node = readyNodes(graph, control).find((ready) => ready.id === id);
      if (node === undefined) throw new Error(`"${id}" is not ready.`);
      results.set(node, digest([given.get(id), outcome]));
      finished.push({ node: id, outcome });
      advance(settle(graph, control, { node, outcome }));
    },
  };
}

/** Lets stages end as the script says, until the run is over or so many have. */
export function playOn(run: VersionRun, script: Script, limit = Number.POSITIVE_INFINITY): void {
  const { graph, workflow } = run.version;
  for (let moment = 0; moment < limit && !isOver(run.control()); moment += 1) {
    const node = picked(script, moment, readyNodes(graph, run.control()));
    run.play(node.id, scriptedOutcome(workflow, script, node.index));
  }
}

interface Moment {
  readonly control: ControlState;
  readonly results: ReadonlyMap<GraphNode, string>;
}

function inputOf({ workflow }: ReadVersion, node: GraphNode, { control, results }: Moment): string {
  const spec = workflow.nodes.find(({ id }) => id === node.id);
  const isOrdered = spec?.type === 'merge' && spec.merge !== undefined;
  const hasNames = spec?.type === 'merge' && spec.merge === undefined;
  const arrivals = node.inbound.map((edge) => {
    const token = tokenOf(control, edge);
    return digest([
      hasNames && edge.from.id,
      edge.kind,
      edge.choice,
      token,
      token === 'live' && results.get(edge.from),
    ]);
  });
  const edges = workflow.edges ?? [];
  const ways = choicesOf(workflow, node.id);
  const isRuled = edges.some(({ from, when }) => from === node.id && when !== undefined);
  const choices = node.isDecision && [
    isRuled ? ways : ways.toSorted(),
    edges.some(({ from, type, condition, when }) => from === node.id && (type ?? condition ?? when) === undefined),
  ];
  return digest([spec === undefined ? '' : workOf(spec), choices, isOrdered ? arrivals : arrivals.toSorted()]);
}

/** What a node does, apart from its name and from limits. */
function workOf(spec: NodeSpec): object {
  const limits = new Set(['id', 'retries', 'timeout']);
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !limits.has(field)));
}

function digest(value: unknown): string {
  return createHash('sha1').update(JSON.stringify(value)).digest('hex');
}
