import { isAllWaiting, isOpenState } from './open-stages.ts';
import type { StageState } from './tokens.ts';

/** As much of an event of the engine as is needed to know how a task stands. */
export interface ProjectedEvent {
  readonly type: string;
  readonly time: number;
  readonly seq: number;
  readonly taskId: string;
  readonly nodeId?: string | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** A task as its events tell it. Nodes of child tasks are below the node that started them: `parent/node`. */
export interface TaskProjection {
  readonly taskId: string;
  readonly status: string;
  /** Of the last event of the task itself. */
  readonly seq: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly costUsd: number;
  readonly stages: ReadonlyMap<string, StageProjection>;
  /** How often each edge was taken, by `edgeKey`. */
  readonly edges: ReadonlyMap<string, number>;
}

export interface StageProjection {
  readonly state: StageState;
  /** The most attempts that any of its stages took. */
  readonly attempts: number;
  readonly durationMs: number;
  readonly costUsd: number;
  /** By task: a node of a child task is a stage in each of them. */
  readonly states: ReadonlyMap<string, StageState>;
}

export interface EdgeName {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly choice?: string | undefined;
}

/** Tells edges apart by what an event says of them. */
export function edgeKey({ from, to, kind, choice }: EdgeName): string {
  return JSON.stringify([from, to, kind, choice ?? '']);
}

/** What is known of a task before its first event. */
export function emptyProjection(taskId: string): TaskProjection {
  return { taskId, status: 'pending', seq: 0, costUsd: 0, stages: new Map(), edges: new Map() };
}

/** All events at once; the same as one after the other. */
export function projectTask(taskId: string, events: Iterable<ProjectedEvent>): TaskProjection {
  return advanceProjection(emptyProjection(taskId), events);
}

interface Draft {
  task: Omit<TaskProjection, 'stages' | 'edges'>;
  readonly stages: Map<string, StageProjection>;
  readonly edges: Map<string, number>;
}

/** The task after further events. What was known before stays as it is. */
export function advanceProjection(before: TaskProjection, events: Iterable<ProjectedEvent>): TaskProjection {
  const { stages, edges, ...task } = before;
  const draft: Draft = { task, stages: new Map(stages), edges: new Map(edges) };
  for (const event of events) if (isOfTask(event, before.taskId)) apply(draft, event);
  return { ...draft.task, status: statusOf(draft), stages: draft.stages, edges: draft.edges };
}

/** No event tells that a task waits: it does when nothing but questions is open. */
function statusOf({ task: { status }, stages }: Draft): string {
  if (status !== 'running' && status !== 'waiting') return status;
  return isAllWaiting(stages) ? 'waiting' : 'running';
}

function isOfTask(event: ProjectedEvent, taskId: string): boolean {
  return event.taskId === taskId || event.taskId.startsWith(`${taskId}/`);
}

const stateAfter: Readonly<Record<string, StageState>> = {
  'stage.started': 'running',
  'stage.retrying': 'retrying',
  'stage.finished': 'finished',
  'stage.failed': 'failed',
  'stage.skipped': 'skipped',
  'stage.cancelled': 'cancelled',
  'feedback.requested': 'waiting',
  'feedback.received': 'running',
  'security.consent_requested': 'waiting',
  'security.consent_granted': 'running',
  'security.consent_refused': 'running',
};

const statusAfter: Readonly<Record<string, string>> = {
  'task.created': 'pending',
  'task.started': 'running',
  'task.resumed': 'running',
  'task.paused': 'paused',
  'task.completed': 'completed',
  'task.failed': 'failed',
  'task.cancelled': 'cancelled',
};

function apply(draft: Draft, event: ProjectedEvent): void {
  const { type, nodeId } = event;
  if (event.taskId === draft.task.taskId) applyToTask(draft, event);
  const state = stateAfter[type];
  const path = nodeId === undefined ? undefined : stagePath(draft.task.taskId, event.taskId, nodeId);
  if (path !== undefined && state !== undefined) applyToStage(draft, { path, state, event });
  if (type === 'edge.taken') applyToEdge(draft, event);
  if (type === 'task.cancelled') cancelOpen(draft, event.taskId);
  if (type === 'llm.responded') addCost(draft, path, numberIn(event, 'costUsd'));
}

function applyToTask(draft: Draft, event: ProjectedEvent): void {
  const { type, seq, time } = event;
  const known = statusAfter[type];
  const partial = type === 'task.completed' && event.data?.['status'] === 'partial' ? 'partial' : known;
  const isOver = partial === 'completed' || partial === 'partial' || partial === 'failed' || partial === 'cancelled';
  draft.task = {
    ...draft.task,
    seq: Math.max(draft.task.seq, seq),
    ...(partial !== undefined && { status: partial }),
    ...(type === 'task.started' && { startedAt: time }),
    ...(isOver && { endedAt: time }),
  };
}

/** Where the drawing has a node: `parent/node` for one of the child task `task/parent.3`. */
export function stagePath(root: string, taskId: string, nodeId: string): string {
  const below = taskId.slice(root.length + 1);
  if (below === '') return nodeId;
  const parents = below.split('/').map((part) => part.replace(/\.\d+$/u, ''));
  return [...parents, nodeId].join('/');
}

const noStage: StageProjection = { state: 'idle', attempts: 0, durationMs: 0, costUsd: 0, states: new Map() };

interface StageChange {
  readonly path: string;
  readonly state: StageState;
  readonly event: ProjectedEvent;
}

function applyToStage({ stages }: Draft, { path, state, event }: StageChange): void {
  const before = stages.get(path) ?? noStage;
  const states = new Map(before.states).set(event.taskId, state);
  stages.set(path, {
    ...before,
    states,
    state: stageTogether(states),
    attempts: Math.max(before.attempts, numberIn(event, 'attempt')),
    durationMs:
      before.durationMs +
      (event.type === 'stage.finished' || event.type === 'stage.failed' ? numberIn(event, 'durationMs') : 0),
  });
}

/** What is most worth to know comes first: what goes on, then what went wrong. */
const precedence = [
  'running',
  'waiting',
  'retrying',
  'failed',
  'recovered',
  'finished',
  'cancelled',
  'skipped',
] as const satisfies readonly StageState[];

/** The state of a node of which each task has a stage. */
export function stageTogether(states: ReadonlyMap<string, StageState>): StageState {
  const present = new Set(states.values());
  return precedence.find((state) => present.has(state)) ?? 'idle';
}

/** A stage that failed and whose fallback answers is recovered. */
function applyToEdge(draft: Draft, event: ProjectedEvent): void {
  const { from, to, edgeType, condition } = event.data ?? {};
  if (typeof from !== 'string' || typeof to !== 'string' || typeof edgeType !== 'string') return;
  const source = stagePath(draft.task.taskId, event.taskId, from);
  const key = edgeKey({
    from: source,
    to: stagePath(draft.task.taskId, event.taskId, to),
    kind: edgeType,
    choice: typeof condition === 'string' ? condition : undefined,
  });
  draft.edges.set(key, (draft.edges.get(key) ?? 0) + 1);
  const isFailed = draft.stages.get(source)?.states.get(event.taskId) === 'failed';
  if (edgeType === 'fallback' && isFailed) applyToStage(draft, { path: source, state: 'recovered', event });
}

function cancelOpen(draft: Draft, taskId: string): void {
  for (const [path, stage] of draft.stages) {
    const states = new Map(
      [...stage.states].map(([task, state]) => {
        const isBelow = task === taskId || task.startsWith(`${taskId}/`);
        return [task, isBelow && isOpenState(state) ? 'cancelled' : state] as const;
      }),
    );
    draft.stages.set(path, { ...stage, states, state: stageTogether(states) });
  }
}

function addCost(draft: Draft, path: string | undefined, costUsd: number): void {
  draft.task = { ...draft.task, costUsd: draft.task.costUsd + costUsd };
  if (path === undefined) return;
  const stage = draft.stages.get(path) ?? noStage;
  draft.stages.set(path, { ...stage, costUsd: stage.costUsd + costUsd });
}

function numberIn({ data }: ProjectedEvent, name: string): number {
  const value = data?.[name];
  return typeof value === 'number' ? value : 0;
}
