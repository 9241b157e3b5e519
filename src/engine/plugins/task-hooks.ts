import { isEngineError, type Failure } from '../../errors/index.ts';
import type { TaskFact, TaskResult } from '../../hosts/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import { isTaskOver } from '../../machines/index.ts';
import {
  readOverride,
  type Accepted,
  type GivenOverride,
  type HookChange,
  type HookPoint,
  type HookPlace,
  type PluginFact,
  type PluginSet,
  type RoutingDecision,
} from '../../services/index.ts';
import { problemWith } from '../overrides/check-override.ts';
import { dangersOf } from '../overrides/dangers.ts';
import { namesIn } from '../overrides/names.ts';
import { plainInput } from '../task-input.ts';
import type { CallKeeper } from '../stages/call-logs.ts';
import type { EnginePlugins } from './engine-plugins.ts';

/** A task that is about to be created. */
export interface WantedTask {
  readonly id: string;
  readonly mode: string;
  readonly tags: readonly string[];
  readonly input: unknown;
}

/** What plugins leave of it. */
export interface PreparedTask {
  readonly input: unknown;
  readonly overrides: readonly GivenOverride[];
  readonly refused?: Failure;
  /** What plugins did, to be told once the task is there. */
  readonly facts: PluginFact[];
}

export interface TaskHooks {
  /** `before_task` and `before_routing`. */
  prepare(task: WantedTask, compiled: CompiledProject): Promise<PreparedTask>;
  /** `before_task` alone: a fork keeps its pipeline. */
  prepareFork(task: WantedTask, compiled: CompiledProject): Promise<PreparedTask>;
  /** `after_routing`, unless the task was refused before. */
  routed(task: WantedTask, prepared: PreparedTask, decision: RoutingDecision): Promise<PreparedTask>;
  /** `after_task`, `on_task_completed` and `on_error` of a task that is over, unless they were told of that before. */
  ended(result: TaskResult, place: HookPlace, tell: (fact: TaskFact) => void): Promise<void>;
}

/** Tasks whose ends were told lately: several may wait for the same end. */
const mostRemembered = 10_000;

/** Where it is kept that hooks were told of the end of a task, beside what is kept of its calls. */
const endScope = 'end';
const endPoints = ['on_error', 'on_task_completed', 'after_task'] as const satisfies readonly HookPoint[];

export function createTaskHooks(
  { set: plugins, open }: Pick<EnginePlugins, 'set' | 'open'>,
  kept: Pick<CallKeeper, 'calls' | 'save'>,
  now: () => number,
): TaskHooks {
  const ended = new Set<string>();
  return {
    async prepare(task, compiled) {
      await open();
      return beforeRouting(plugins, { ...task, compiled }, await beforeTask(plugins, { ...task, compiled }));
    },
    async prepareFork(task, compiled) {
      await open();
      return beforeTask(plugins, { ...task, compiled });
    },
    async routed(task, prepared, decision) {
      if (prepared.refused !== undefined || !plugins.has('after_routing')) return prepared;
      const { facts } = prepared;
      const outcome = await plugins.run({ point: 'after_routing', about: { decision }, ...common(task, facts) });
      return outcome.kind === 'stop' ? { ...prepared, refused: outcome.failure } : prepared;
    },
    async ended(result, place, tell) {
      const { taskId: task } = result;
      if (!endPoints.some((point) => plugins.has(point))) return;
      if (ended.has(task) || kept.calls(task, endScope).length > 0) return;
      ended.add(task);
      const [oldest] = ended.size > mostRemembered ? ended : [];
      if (oldest !== undefined) ended.delete(oldest);
      await tellEnd(plugins, result, { place, tell });
      try {
        kept.save({ task, scope: endScope, key: 'told', at: now(), text: '{}' });
      } catch {
        // The task is over whatever becomes of this: a process that runs it once more tells again.
      }
    },
  };
}

interface Request extends WantedTask {
  readonly compiled: CompiledProject;
}

function common({ id, mode }: WantedTask, facts: PluginFact[]): { place: HookPlace; tell: (fact: PluginFact) => void } {
  return { place: { taskId: id, mode }, tell: (fact) => void facts.push(fact) };
}

async function beforeTask(plugins: PluginSet, task: Request): Promise<PreparedTask> {
  const { input, tags, compiled } = task;
  const facts: PluginFact[] = [];
  const overrides: GivenOverride[] = [];
  if (!plugins.has('before_task')) return { input, overrides, facts };
  const limit = compiled.project.engine.limits?.max_input_bytes;
  const outcome = await plugins.run({
    point: 'before_task',
    about: { input, tags },
    ...common(task, facts),
    accept(change): Accepted<'before_task'> {
      if (change.kind === 'addOverride') return withOverride(change, overrides, compiled);
      const read = readInput(change.value, limit);
      return 'problem' in read ? read : { about: { ...change.about, input: read.input } };
    },
  });
  if (outcome.kind === 'stop') return { input, overrides: [], refused: outcome.failure, facts };
  return { input: outcome.about.input, overrides, facts };
}

async function beforeRouting(plugins: PluginSet, task: Request, prepared: PreparedTask): Promise<PreparedTask> {
  const { input, refused, facts } = prepared;
  if (refused !== undefined || !plugins.has('before_routing')) return prepared;
  const overrides = [...prepared.overrides];
  const outcome = await plugins.run({
    point: 'before_routing',
    about: { input, tags: task.tags },
    ...common(task, facts),
    accept: (change) => withOverride(change, overrides, task.compiled),
  });
  if (outcome.kind === 'stop') return { ...prepared, overrides: [], refused: outcome.failure };
  return { ...prepared, overrides };
}

function readInput(value: unknown, limit: number | undefined): { input: unknown } | { problem: string } {
  try {
    return { input: plainInput(value, limit) };
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return { problem: error.message.replace(/\.$/u, '') };
  }
}

/** A plugin gives an override as a caller does, but none that a person has to allow, and none that outlives the task. */
function withOverride<Point extends 'before_task' | 'before_routing'>(
  { plugin, value, about }: HookChange<Point>,
  overrides: GivenOverride[],
  compiled: CompiledProject,
): Accepted<Point> {
  const id = `plugin-${plugin}-${overrides.length + 1}`;
  const read = readOverride(value, { id, severity: 'enforce' });
  if ('problem' in read) return { problem: `the override cannot be read: ${read.problem}` };
  const given: GivenOverride = { spec: { ...read.spec, id }, source: { from: 'plugin' } };
  const problem = problemWith(given, compiled, namesIn(compiled)) ?? boldness(given, compiled);
  if (problem !== undefined) return { problem: `the override cannot hold: ${problem}` };
  overrides.push(given);
  return { about };
}

function boldness(given: GivenOverride, { project }: CompiledProject): string | undefined {
  if (given.spec.scope !== 'task') return 'it would outlive the task';
  const [danger] = dangersOf([given], project);
  return danger === undefined ? undefined : `a person would have to allow it to ${danger.text}`;
}

interface End {
  readonly place: HookPlace;
  readonly tell: (fact: TaskFact) => void;
}

/** Nothing that is answered there changes what a task came to. */
async function tellEnd(plugins: PluginSet, { status, output, failures }: TaskResult, end: End): Promise<void> {
  if (!isTaskOver(status)) return;
  const about = { status, output, failures };
  const [failure] = failures;
  if (plugins.has('on_error') && status === 'failed' && failure !== undefined)
    await plugins.run({ point: 'on_error', about: { of: 'task', failure }, ...end });
  if (plugins.has('on_task_completed') && (status === 'completed' || status === 'partial'))
    await plugins.run({ point: 'on_task_completed', about, ...end });
  if (plugins.has('after_task')) await plugins.run({ point: 'after_task', about, ...end });
}
