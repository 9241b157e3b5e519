import type { ErrorCode, ProblemPath } from '../../errors/index.ts';
import { describeDeadPart, findDeadParts, type DeadPart } from '../explore/index.ts';
import { findShadowedEdges } from '../plan/exclusive-joins.ts';
import type { CompiledPipeline } from './compiled.ts';
import type { FaultCollector } from './fault-collector.ts';

/** A dead part at its place in the manifest. */
interface Finding {
  readonly part: DeadPart;
  readonly code: ErrorCode;
  readonly path: ProblemPath;
  count: number;
}

/** Reports nodes and edges of a workflow that no run of any pipeline through it comes to. */
export function reportDeadParts(pipelines: readonly CompiledPipeline[], faults: FaultCollector): void {
  const [first] = pipelines;
  if (first === undefined) return;
  const { workflow, name } = first;
  const nodePlaces = new Map(workflow.nodes.map(({ id }, place) => [id, place]));
  const findings = new Map<string, Finding>();
  for (const pipeline of pipelines) {
    for (const part of findDeadParts(pipeline.graph)) note(findings, locate(part, pipeline, nodePlaces));
  }
  for (const { part, code, path, count } of findings.values()) {
    if (count < pipelines.filter((pipeline) => holds(pipeline, part)).length) continue;
    const place = { kind: 'workflow', path, ...(name !== undefined && { workflow: name }) } as const;
    faults.report(code, place, describeDeadPart(part));
  }
}

function note(findings: Map<string, Finding>, finding: Finding | undefined): void {
  if (finding === undefined) return;
  const key = finding.path.join('/');
  const known = findings.get(key);
  if (known === undefined) findings.set(key, finding);
  else known.count += 1;
}

/** What the compiler added to a pipeline has no place of its own; what is shadowed has been reported as that. */
function locate(
  part: DeadPart,
  { graph, outline }: CompiledPipeline,
  nodePlaces: ReadonlyMap<string, number>,
): Finding | undefined {
  if (part.kind === 'node') {
    const place = nodePlaces.get(part.node.id);
    if (place === undefined) return undefined;
    return { part, code: 'MANIFEST_NODE_UNREACHABLE', path: ['workflow', 'nodes', place, 'id'], count: 1 };
  }
  const source = outline.edges.find(({ id }) => id === part.edge.id)?.source;
  if (source === undefined || findShadowedEdges(graph).includes(part.edge.id)) return undefined;
  return { part, code: 'MANIFEST_EDGE_UNREACHABLE', path: ['workflow', 'edges', source], count: 1 };
}

function holds({ graph }: CompiledPipeline, part: DeadPart): boolean {
  return part.kind === 'node' ? graph.byId.has(part.node.id) : graph.edgeById.has(part.edge.id);
}
