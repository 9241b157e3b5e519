import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkReplay, forkTask, readHistory, replayTask } from '../../src/hosts/index.ts';
import {
  createTableStepper,
  deliverMessage,
  isTaskOver,
  moveTask,
  readyNodes,
  statusOf,
  submitTask,
  toRow,
  type Delivered,
  type PendingStage,
  type TaskCore,
  type TaskMove,
  type TaskState,
} from '../../src/machines/index.ts';
import { migrateTask } from '../../src/manifest-compiler/index.ts';
import type { WorkflowSpec } from '../../src/manifest/index.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';
import { taskCore } from '../support/task-host.ts';
import { travelCreation, travelWorld, type TravelWorld } from '../support/travel-run.ts';
import { playOn, readVersion, startRun } from '../support/version-run.ts';
import { workflows } from '../support/workflow-generator.ts';
import { picked, scriptedOutcome, scripts, type Script } from '../support/workflow-script.ts';
import { changedWorkflow, changeLists } from '../support/workflow-versions.ts';

type Ends = TaskMove['ends'];

/** Lets stages end as the script says, and shows every moment with the ends of the stages that are over. */
function playTask(
  core: TaskCore,
  { workflow, script, limit }: { workflow: WorkflowSpec; script: Script; limit: number },
  watch: (state: TaskState, ends: Ends) => void,
): void {
  let { state } = submitTask(core, { seed: 'task', maxParallel: limit, paused: false }, 0);
  const ends: Ends[number][] = [];
  const take = (message: Parameters<typeof deliverMessage>[2]['message']): void => {
    const delivered = deliverMessage(core, state, { message, at: 0 });
    if (delivered === 'stale') throw new Error('The message is stale.');
    ({ state } = delivered);
  };
  take({ kind: 'control', command: 'start' });
  for (let moment = 0; !isTaskOver(state.status); moment += 1) {
    watch(state, ends);
    const stages = [...state.pending.values()].filter((entry): entry is PendingStage => entry.kind === 'stage');
    const { node, token } = picked(script, moment, stages);
    const outcome = scriptedOutcome(workflow, script, core.graph.byId.get(node)?.index ?? 0);
    const end = outcome.kind === 'done' ? outcome : ({ ...outcome, retryable: false } as const);
    ends.push({ node, end });
    take({ kind: 'result', node, token, end });
  }
}

/** What can be told apart of a task that was moved, whatever steps its chart. */
function moved({ state }: Delivered): object {
  const { control, gate } = state.snapshot.context;
  return { control, gate, status: state.status, pending: [...state.pending.keys()].toSorted() };
}

describe('a task that is rebuilt from the ends of its stages', { timeout: propertyTimeoutMs }, () => {
  it('stands where it stood, in the chart and in the table', () => {
    fc.assert(
      fc.property(workflows(), scripts, fc.boolean(), (workflow, script, isPaused) => {
        const [chart, table] = [taskCore(workflow, 'xstate'), taskCore(workflow, 'table')];
        playTask(chart, { workflow, script, limit: 99 }, (state, ends) => {
          const paused = { ...state.snapshot.context.gate, paused: isPaused };
          const before: TaskState = {
            ...state,
            snapshot: { ...state.snapshot, context: { ...state.snapshot.context, gate: paused } },
          };
          const move = { seed: 'task', maxParallel: 99, ends, at: 0 };
          const rebuilt = moveTask(chart, before, move);
          expect(moved(moveTask(table, before, move))).toEqual(moved(rebuilt));
          const { snapshot, status, pending } = rebuilt.state;
          expect(snapshot.context.control).toEqual(state.snapshot.context.control);
          expect(isPaused ? [status, pending.size] : [snapshot.value, [...pending.keys()].toSorted()]).toEqual(
            isPaused ? ['paused', 0] : [state.snapshot.value, [...state.pending.keys()].toSorted()],
          );
        });
      }),
      propertySettings(250),
    );
  });

  it('in a changed workflow stands where the compatibility checker says, and goes on from there to an end', () => {
    let count = 0;
    fc.assert(
      fc.property(workflows(), changeLists(), fc.tuple(scripts, fc.nat(8)), (workflow, list, [script, point]) => {
        const [before, after] = [readVersion(workflow), readVersion(changedWorkflow(workflow, list))];
        const run = startRun(before);
        playOn(run, script, point);
        const position = { pipeline: 'generated', control: run.control(), finished: run.finished };
        const migration = migrateTask(before.compiled, after.compiled, position);
        if (migration.verdict === 'refused') return;
        const { state } = submitTask(taskCore(workflow, 'table'), { seed: 'task', maxParallel: 2, paused: false }, 0);
        const ends = migration.kept.map(({ node, outcome }) => ({
          node,
          end: outcome.kind === 'done' ? outcome : ({ ...outcome, retryable: false } as const),
        }));
        const core = { graph: after.graph, stepper: createTableStepper(after.graph) };
        const rebuilt = moveTask(core, state, { seed: 'task', maxParallel: 2, ends, at: 0 });
        const { control, gate } = rebuilt.state.snapshot.context;
        expect(control).toEqual(migration.control);
        const stages = [...rebuilt.state.pending.values()].flatMap(({ kind, node }) =>
          kind === 'stage' ? [node] : [],
        );
        const ready = readyNodes(after.graph, control).map(({ id }) => id);
        expect([...stages, ...gate.held].toSorted()).toEqual(ready.toSorted());
        expect(ready).toEqual(migration.starts);
        count += 1;
      }),
      propertySettings(1_500),
    );
    expect(count).toBeGreaterThan(Math.min(100, propertySettings(1_500).numRuns / 10));
  });
});

const rowOf = (state: TaskState): string => JSON.stringify(toRow(state));

/** Forks a task after an entry, runs it, and holds it against the task. */
async function checkFork(world: TravelWorld, seq: number): Promise<void> {
  const { host, clock, store, source, runs, commits } = world;
  const stored = store.task('task');
  if (stored === undefined) throw new Error('There is no task.');
  const { task: then, finished } = readHistory({ ...stored, seq }, source);
  const commit = commits.find(({ task }) => task.id === 'task' && task.seq === seq);
  expect(crc32(rowOf(then.state))).toBe(commit?.entry.check);
  if (isTaskOver(then.state.status)) return;
  const id = `fork${seq}`;
  clock.advance(60_000);
  const fork = forkTask({ ...stored, seq }, source, { id, at: clock.now() });
  store.commitAll(fork.commits);
  expect(fork.finished).toEqual(finished);
  const result = await clock.outcomeOf(host.run(id));
  expect(isTaskOver(result.status)).toBe(true);
  const ran = new Set(runs.flatMap(([task, node]) => (task === id ? [node] : [])));
  const kept = new Set(finished.map(({ node }) => node));
  expect([...kept].filter((node) => ran.has(node))).toEqual([]);
  const done = result.trace.filter(({ node, status }) => status === 'done' && (kept.has(node) || ran.has(node)));
  expect(done.map(({ output }) => output)).toEqual(done.map(({ node }) => [kept.has(node) ? 'task' : id, node]));
  const record = store.task(id);
  if (record === undefined) throw new Error('There is no fork.');
  expect(checkReplay(record, source)).toMatchObject({ task: id, entries: record.seq + 1 });
  const { graph } = then.runnable.core;
  const { control } = replayTask(record, source).state.snapshot.context;
  const ended = graph.nodes.filter((node) => kept.has(node.id)).map((node) => statusOf(control, node));
  expect(ended.every((status) => status === 'done' || status === 'failed')).toBe(true);
}

describe('a task and its journal', { timeout: propertyTimeoutMs }, () => {
  it('has forked at every entry: each comes to an end, and nothing from before runs again', async () => {
    let forks = 0;
    await fc.assert(
      fc.asyncProperty(workflows(), scripts, async (workflow, script) => {
        const world = travelWorld(workflow, script);
        const { host, clock, store } = world;
        host.create(travelCreation('task', clock));
        await clock.outcomeOf(host.run('task'));
        const last = store.task('task')?.seq ?? 0;
        for (let seq = 0; seq <= last; seq += 1) await checkFork(world, seq);
        forks += last;
        await host.close();
      }),
      propertySettings(40),
    );
    expect(forks).toBeGreaterThan(Math.min(100, propertySettings(40).numRuns));
  });
});
