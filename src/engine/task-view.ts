import type { FailureSignature } from '../errors/index.ts';
import type { ForkOrigin, StageRecord, TaskRecord, TaskUsage } from '../hosts/index.ts';
import { concludeTask, decisionsOf, heldStages } from '../hosts/index.ts';
import type { PermissionsSpec } from '../manifest/index.ts';
import type { TaskOverrides } from '../services/index.ts';
import type { RoutingDecision } from '../services/index.ts';
import { isTaskOver, type TaskStatus } from '../machines/index.ts';
import { shownOverrides } from './overrides/shown-overrides.ts';

/** A task as it stands. */
export interface TaskView {
  readonly id: string;
  readonly status: TaskStatus;
  /** Whether a process is at work on it. A task that is running and has none was interrupted: it can be resumed. */
  readonly at_work: boolean;
  readonly pipeline: string;
  readonly mode: string;
  readonly tags: readonly string[];
  /** What narrows its tools, besides the manifests. */
  readonly permissions?: PermissionsSpec;
  /** What changes manifest values for it, what was refused or denied, and what contradicted each other. */
  readonly overrides?: TaskOverrides;
  readonly input: unknown;
  readonly output: unknown;
  /** Hash of the manifests it has: those it began with, or those that it was moved to. */
  readonly definition: string;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  /** For a fork: the task whose history it shares, up to which entry. */
  readonly forked_from?: ForkOrigin;
  /** Messages applied so far: the length of the journal without its first entry. */
  readonly seq: number;
  /** Whether stages whose turn comes are held. */
  readonly paused: boolean;
  /** Stages that are held, the one that has waited longest first. */
  readonly held: readonly string[];
  /** Nodes, and edges as `from->to`, before which it pauses. */
  readonly breakpoints: readonly string[];
  /** The breakpoint that paused it. */
  readonly stopped_at?: string;
  readonly failures: readonly FailureSignature[];
  readonly usage: TaskUsage;
  readonly trace: readonly StageRecord[];
  /** Why it went the way it did: the choice of its pipeline first, then what was decided in its stages. */
  readonly routing: readonly RoutingDecision[];
}

export function viewOf(task: TaskRecord, isAtWork: boolean): TaskView {
  const { id, pipeline, mode, tags, input, definition, created_at, forked_from, permissions } = task.creation;
  const overrides = shownOverrides(task);
  const { status, output, failures, usage, trace } = task.result ?? concludeTask(task);
  return {
    id,
    status,
    at_work: isAtWork && !isTaskOver(status),
    pipeline,
    mode,
    tags,
    ...(permissions !== undefined && { permissions }),
    ...(overrides !== undefined && { overrides }),
    input,
    output,
    definition,
    created_at,
    ...(forked_from !== undefined && { forked_from }),
    seq: task.state.seq,
    ...gateView(task),
    failures,
    usage,
    trace,
    routing: decisionsOf(task),
  };
}

function gateView(task: TaskRecord): Pick<TaskView, 'paused' | 'held' | 'breakpoints' | 'stopped_at'> {
  const { paused, breakpoints = [], stoppedAt } = task.state.snapshot.context.gate;
  if (isTaskOver(task.state.status)) return { paused: false, held: [], breakpoints };
  return { paused, held: heldStages(task), breakpoints, ...(stoppedAt !== undefined && { stopped_at: stoppedAt }) };
}
