import type { Observable } from 'rxjs';
import {
  defineTool,
  Engine,
  EngineEvent,
  isEngineError,
  systemClock,
  type Clock,
  type EngineOptions,
  type ErrorCode,
  type FailureCategory,
  type FailureSignature,
  type Problem,
  type StageRecord,
  type TaskOptions,
  type TaskResult,
  type TaskSummary,
  type TaskUsage,
  type TaskView,
  type ToolContext,
  type ToolHandler,
} from '../../src/index.ts';

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

/** Compiles only when a type is exactly another one. */
function isTrue<Verdict extends true>(verdict?: Verdict): Verdict | undefined {
  return verdict;
}

type TaskStatus = 'pending' | 'running' | 'paused' | 'waiting' | 'completed' | 'partial' | 'failed' | 'cancelled';

isTrue<Same<ReturnType<typeof Engine.fromConfigDir>, Promise<Engine>>>();
isTrue<Same<Parameters<typeof Engine.fromConfigDir>, [directory: string, options?: EngineOptions | undefined]>>();
isTrue<Same<Engine['events$'], Observable<EngineEvent>>>();
isTrue<Same<ReturnType<Engine['runOne']>, Promise<TaskResult>>>();
isTrue<Same<ReturnType<Engine['createTask']>, Promise<TaskView>>>();
isTrue<Same<ReturnType<Engine['tasks']>, readonly TaskSummary[]>>();
isTrue<Same<TaskResult['status'], TaskStatus>>();
isTrue<Same<TaskResult['output'], unknown>>();
isTrue<Same<TaskResult['failures'], readonly FailureSignature[]>>();
isTrue<Same<TaskResult['trace'], readonly StageRecord[]>>();
isTrue<Same<TaskUsage['cost_usd'], number | undefined>>();
isTrue<Same<Engine['warnings'], readonly Problem[]>>();

/** How the API is used, by somebody who reads the types alone. */
export async function useEngine(directory: string): Promise<void> {
  const engine = await Engine.fromConfigDir(directory, {
    host: 'memory',
    environment: { KEY: 'value' },
    clock: systemClock,
  });
  engine.registerTool('greet', (_, { signal, idempotencyKey, mode }: ToolContext) => [
    signal.aborted,
    idempotencyKey,
    mode,
  ]);
  engine.registerTool('shout', defineTool<{ text: string }, string>({ run: ({ text }) => text.toUpperCase() }));
  const { output, failures, usage }: TaskResult = await engine.runOne(
    { any: 'value' },
    { mode: 'dry_run', tags: ['a'] },
  );
  const categories: readonly FailureCategory[] = failures.map(({ category }) => category);
  const cost: number = usage.cost_usd ?? 0;
  const options = { input: output, pipeline: 'main', id: 'task-1' } satisfies TaskOptions;
  const { id } = await engine.createTask(options);
  await engine.pauseTask(id);
  await engine.stepTask(id, { stage: 'first' });
  await engine.setBreakpoints(id, ['first', 'first->second']);
  await engine.cancelTask(id);
  await engine.resumeTask(id);
  const listed: readonly string[] = engine.tasks({ status: ['failed'], limit: 3 }).map((task) => task.status);
  await engine.close();
  use(categories, cost, listed);
}

/** The type of an event says what its data holds. */
export function readEvent(event: EngineEvent): string | number {
  if (event.type === 'stage.finished') return event.data.choice ?? event.data.durationMs;
  if (event.type === 'stage.failed') return event.data.failure.category satisfies FailureCategory;
  if (event.type === 'edge.taken') return `${event.data.from} ${event.data.to}`;
  if (event.type === 'task.completed') return event.data.status satisfies 'completed' | 'partial';
  return event.type;
}

export function readError(error: unknown): ErrorCode | undefined {
  return isEngineError(error) ? error.code : undefined;
}

export const clock: Clock = { now: () => 0, startTimer: () => () => undefined, defer: (run) => run() };
export const handler: ToolHandler<{ text: string }, number> = async ({ text }) => text.length;
export const parsed: EngineEvent = EngineEvent.parse({});

export async function misuse(engine: Engine, event: EngineEvent): Promise<void> {
  // @ts-expect-error a host is one of two
  await Engine.fromConfigDir('.', { host: 'restate' });
  // @ts-expect-error an unknown option is a typo
  await engine.createTask({ input: 1, pipelines: 'main' });
  // @ts-expect-error a task needs an input
  await engine.createTask({ id: 'task-1' });
  // @ts-expect-error an absent option is left out
  await engine.runOne('go', { id: undefined });
  // @ts-expect-error results are read-only
  (await engine.runOne('go')).status = 'completed';
  // @ts-expect-error data depends on the type of the event
  use(event.data.failure);
  // @ts-expect-error a tool is a function, or what defineTool gives
  engine.registerTool('broken', 'no function');
  // @ts-expect-error no such code
  use('MANIFEST_WRONG' satisfies ErrorCode);
}

function use(...values: readonly unknown[]): number {
  return values.length;
}
