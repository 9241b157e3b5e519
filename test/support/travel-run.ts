import { failureKinds, isFailureKind, type FailureCategory, type FailureKind } from '../../src/errors/index.ts';
import {
  createLocalHost,
  type Host,
  type ReplaySource,
  type StageResult,
  type StageRunner,
  type TaskCreation,
} from '../../src/hosts/index.ts';
import type { WorkflowSpec } from '../../src/manifest/index.ts';
import type { TaskCommit, TaskStore } from '../../src/services/index.ts';
import { createMemoryTaskStore } from '../../src/services/store/memory-task-store.ts';
import { withWrites } from './local-engine.ts';
import { noChildWork } from './plain-host.ts';
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts';
import { taskCore } from './task-host.ts';
import { picked, scriptedOutcome, type Script } from './workflow-script.ts';
import { versionOf } from './workflow-versions.ts';

/** A local host over a store in memory that runs the stages of a generated workflow as a script says. */
export interface TravelWorld {
  readonly host: Host;
  readonly clock: SimulatedClock;
  readonly store: TaskStore;
  readonly source: ReplaySource;
  /** What steps wrote, in order. */
  readonly commits: readonly TaskCommit[];
  /** Every attempt: the task and the node. */
  readonly runs: (readonly [task: string, node: string])[];
}

export function travelWorld(workflow: WorkflowSpec, script: Script): TravelWorld {
  const [pipeline] = versionOf(workflow).pipelines.values();
  if (pipeline === undefined) throw new Error('A workflow is a pipeline.');
  const runnable = { pipeline, core: taskCore(workflow, 'xstate'), maxParallel: 3 };
  const commits: TaskCommit[] = [];
  const store = recordingStore(commits);
  const clock = createSimulatedClock();
  const runs: TravelWorld['runs'] = [];
  const endOf = (place: number, output: unknown): StageResult => {
    const outcome = scriptedOutcome(workflow, script, place);
    if (outcome.kind === 'failed')
      return { ok: false, failure: { code: codeIn(outcome.category), message: 'As the script says.' } };
    const { choice } = outcome;
    return { ok: true, output, ...(choice !== undefined && { choice }) };
  };
  const runStage: StageRunner = ({ task, stage }) => {
    const place = runnable.core.graph.byId.get(stage.node)?.index ?? 0;
    const begin = async (): Promise<StageResult> => {
      runs.push([task.creation.id, stage.node]);
      await new Promise<void>((resolve) => clock.startTimer(picked(script, place, [1, 2, 3, 5]), resolve));
      return endOf(place, [task.creation.id, stage.node]);
    };
    return { needs: [], begin };
  };
  const resolve = (): typeof runnable => runnable;
  const listener = { isListening: () => false, tell: () => undefined };
  const host = createLocalHost({ clock, listener, runStage, resolve, store, children: noChildWork });
  return { host, clock, store, source: { store, resolve }, commits, runs };
}

export function travelCreation(id: string, clock: SimulatedClock): TaskCreation {
  const fields = { definition: 'hash', pipeline: 'main', input: 'go', mode: 'normal', tags: [], paused: false };
  return { id, ...fields, created_at: clock.now() };
}

function recordingStore(commits: TaskCommit[]): TaskStore {
  return withWrites(createMemoryTaskStore(), (written, write) => {
    write();
    commits.push(...written);
  });
}

const kinds = Object.keys(failureKinds).filter((kind): kind is FailureKind => isFailureKind(kind));

function codeIn(category: FailureCategory): FailureKind {
  const kind = kinds.find((name) => failureKinds[name].category === category);
  if (kind === undefined) throw new Error(`No failure is of the category "${category}".`);
  return kind;
}
