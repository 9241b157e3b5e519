import {
  createMemoryHost,
  createPlaces,
  type Host,
  type StageRunner,
  type TaskCreation,
  type TaskListener,
} from '../../src/hosts/index.ts';
import type { Engine } from '../../src/index.ts';
import { createTableStepper } from '../../src/machines/index.ts';
import { createSimulatedClock, type SimulatedClock } from './simulated-clock.ts';

export interface PlainHostOptions {
  readonly runStage: StageRunner;
  readonly listener?: TaskListener;
  readonly clock?: SimulatedClock;
  readonly limits?: ReadonlyMap<string, number>;
}

/** For hosts whose child tasks need nothing around them. */
export const noChildWork = {
  restore: async (): Promise<void> => undefined,
  end: async (): Promise<void> => undefined,
};

const deaf: TaskListener = { isListening: () => false, tell: () => undefined };

/** A memory host for the workflow of an engine, with stages that the test runs itself. */
export function plainHost({ compiled }: Engine, options: PlainHostOptions): Host {
  const { runStage, listener = deaf, clock = createSimulatedClock(), limits = new Map<string, number>() } = options;
  const [pipeline] = compiled.pipelines.values();
  if (pipeline === undefined) throw new Error('There is no pipeline.');
  const { graph } = pipeline;
  const core = { graph, stepper: createTableStepper(graph) };
  const resolve = () => ({ pipeline, core, maxParallel: 8 });
  return createMemoryHost({ clock, runStage, listener, resolve, places: createPlaces(limits), children: noChildWork });
}

export function creationOf(id: string): TaskCreation {
  return { id, definition: '', pipeline: 'main', input: 'go', mode: 'normal', tags: [], paused: false, created_at: 0 };
}
