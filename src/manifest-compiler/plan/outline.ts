import type { FailureCategory } from '../../errors/index.ts';
import {
  durationMs,
  type AgentNodeSpec,
  type DefaultsSpec,
  type EdgeSpec,
  type EdgeType,
  type FeedbackNodeSpec,
  type MergeNodeSpec,
  type NodeSpec,
} from '../../manifest/index.ts';
import type { JoinRule } from '../../machines/index.ts';

/** A node before it is wired: what the kernel needs to know of its spec. */
export interface OutlineNode {
  readonly spec: NodeSpec;
  readonly join: JoinRule;
  readonly retries: number;
  readonly timeoutMs?: number;
  readonly stageTimeoutMs?: number;
  readonly backoffMs: number;
  /** A stage whose time is up is done rather than failed. */
  readonly onTimeout?: 'done';
  /** What a failure that no edge takes leads to, when it does not fail the task. */
  readonly onFailure?: 'skip' | 'continue_partial';
  /** For a clone that the compiler made: the node of the manifest that it stands for. */
  readonly standsFor?: string;
}

/** An edge before it is wired, with its type made explicit. */
export interface OutlineEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeType;
  readonly choice?: string;
  readonly when?: string;
  readonly categories?: readonly FailureCategory[];
  readonly precedence: number;
  /** Place in the manifest's list of edges; absent for edges the compiler added. */
  readonly source?: number;
}

/** Nodes and edges as a list: easy to cut, to extend, and to turn into a graph. */
export interface Outline {
  readonly nodes: readonly OutlineNode[];
  readonly edges: readonly OutlineEdge[];
}

const defaultBackoffMs = 500;

/** Precedence of a fallback edge that takes all failures: after the rows of the matrix that name one. */
const anyFailure = 4.5;

/** The join of every node that is no merge, and of merges that say nothing else. */
const joinAll: JoinRule = { mode: 'all', quorum: 1, onBranchFailure: 'fail', onShort: 'fail', cancelRemaining: false };

export function outlineNode(spec: NodeSpec, defaults: DefaultsSpec): OutlineNode {
  const onFailure = 'on_failure' in spec ? spec.on_failure : undefined;
  const node = outlineOf(spec, defaults);
  return onFailure === undefined || onFailure === 'fail' ? node : { ...node, onFailure };
}

function outlineOf(spec: NodeSpec, defaults: DefaultsSpec): OutlineNode {
  switch (spec.type) {
    case 'agent':
    case 'tool':
    case 'decision':
      return { spec, join: joinAll, ...attemptsOf(spec, defaults) };
    // Each stage of a child task has the defaults for itself: a whole list takes longer than one of them.
    case 'map':
    case 'repeat':
    case 'workflow':
      return {
        spec,
        join: joinAll,
        ...attemptsOf(spec, backoffAlone(defaults)),
      };
    case 'feedback':
      return feedbackNode(spec);
    case 'merge':
      return { spec, join: mergeJoin(spec), ...(mergesByAsking(spec) ? attemptsOf(spec, defaults) : onceOnly) };
    case 'transform':
    case 'end':
      return { spec, join: joinAll, ...onceOnly };
  }
}

const onceOnly = { retries: 0, backoffMs: 0 } as const;

function backoffAlone({ backoff }: DefaultsSpec): DefaultsSpec {
  return backoff === undefined ? {} : { backoff };
}

function attemptsOf(
  spec: Pick<AgentNodeSpec, 'timeout' | 'stage_timeout' | 'backoff' | 'retries'>,
  defaults: DefaultsSpec,
): Pick<OutlineNode, 'retries' | 'backoffMs' | 'timeoutMs' | 'stageTimeoutMs'> {
  const timeout = spec.timeout ?? defaults.timeout;
  const backoff = spec.backoff ?? defaults.backoff;
  return {
    retries: spec.retries ?? defaults.retries ?? 0,
    backoffMs: backoff === undefined ? defaultBackoffMs : durationMs(backoff),
    ...(timeout !== undefined && { timeoutMs: durationMs(timeout) }),
    ...(spec.stage_timeout !== undefined && { stageTimeoutMs: durationMs(spec.stage_timeout) }),
  };
}

/** A question is asked once; a default is its answer when time is up. */
function feedbackNode(spec: FeedbackNodeSpec): OutlineNode {
  return {
    spec,
    join: joinAll,
    retries: 0,
    backoffMs: 0,
    ...(spec.timeout !== undefined && { timeoutMs: durationMs(spec.timeout) }),
    ...(spec.default !== undefined && { onTimeout: 'done' }),
  };
}

/** Whether a merge leaves its work to a tool or an agent. */
export function mergesByAsking({ merge }: Pick<MergeNodeSpec, 'merge'>): boolean {
  return merge === 'reduce' || merge === 'agent';
}

function mergeJoin(spec: MergeNodeSpec): JoinRule {
  return {
    mode: spec.join ?? 'all',
    quorum: spec.quorum ?? 1,
    onBranchFailure: spec.on_branch_failure ?? 'fail',
    onShort: spec.on_short ?? 'fail',
    cancelRemaining: spec.cancel_remaining ?? false,
  };
}

/** What an edge is when it does not say so. */
export function edgeType(edge: EdgeSpec): EdgeType {
  return edge.type ?? (edge.condition !== undefined || edge.when !== undefined ? 'conditional' : 'normal');
}

export function outlineEdges(edges: readonly EdgeSpec[]): readonly OutlineEdge[] {
  const ids = new Set<string>();
  const choices = new Set<string>();
  return edges.map((edge, source) => {
    const kind = edgeType(edge);
    const choice = kind === 'conditional' ? uniqueChoice(edge, choices) : undefined;
    return {
      id: edgeId({ from: edge.from, to: edge.to, kind, ...(choice !== undefined && { choice }) }, ids),
      from: edge.from,
      to: edge.to,
      kind,
      // An edge that names categories is more specific than one that takes all.
      precedence: edge.on === undefined ? anyFailure : 0,
      source,
      ...(choice !== undefined && { choice }),
      ...(edge.when !== undefined && { when: edge.when }),
      ...(edge.on !== undefined && { categories: edge.on }),
    };
  });
}

const edgeMarks = { normal: '', conditional: '', error: '!', fallback: '?' } as const satisfies Record<
  EdgeType,
  string
>;

/** A readable id that no other edge has. */
export function edgeId(edge: Pick<OutlineEdge, 'from' | 'to' | 'kind' | 'choice'>, taken: Set<string>): string {
  const choice = edge.choice === undefined ? '' : `[${edge.choice}]`;
  return uniqueName(`${edge.from}->${edge.to}${edgeMarks[edge.kind]}${choice}`, taken);
}

function uniqueChoice(edge: EdgeSpec, taken: Set<string>): string {
  const prefix = `${edge.from} `;
  return uniqueName(`${prefix}${edge.condition ?? edge.when ?? ''}`, taken).slice(prefix.length);
}

function uniqueName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}#${count}`;
  taken.add(name);
  return name;
}
