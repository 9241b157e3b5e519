import path from 'node:path';
import { Engine, createMemorySink, type EngineEvent, type TelemetrySink } from '../../src/index.ts';
import {
  createCostSummary,
  createEventStream,
  createJsonlSink,
  spanIdOf,
  traceIdOf,
} from '../../src/services/index.ts';
import { manifestsOf, registerWork, writeProject } from '../subjects/engine.ts';
import { costOf } from '../support/measure.ts';
import type { Case, CaseSetting, Figures, Suite } from '../support/suite.ts';
import { createWork } from '../support/workload.ts';

/** Events that are told before others have their turn. */
const burst = 200;
/** A stream has no way to hold back who tells: what is offered has a pace, and nothing may be dropped at it. */
const offeredPerSecond = 300_000;

export const events: Suite = {
  title: 'Events that go through sinks',
  counts: 'events',
  sizes: [100_000, 1_000_000],
  quickSizes: [100_000],
  growth: [100_000, 1_000_000],
  figures: { rate: 'events per second', cpu: 'CPU µs per event', heap: 'MiB of heap more at its highest' },
  cases: {
    'memory sink': { measure: (setting) => throughput(setting, () => [createMemorySink(1_000)]) },
    'JSONL sink': { measure: (setting) => throughput(setting, (directory) => [jsonl(directory, 'one')]) },
    'memory, JSONL and cost summary': {
      measure: (setting) =>
        throughput(setting, (directory) => [
          createMemorySink(1_000),
          jsonl(directory, 'one'),
          createCostSummary({ print: () => undefined }),
        ]),
    },
    'three JSONL sinks': {
      measure: (setting) =>
        throughput(setting, (directory) => ['one', 'two', 'three'].map((name) => jsonl(directory, name))),
    },
  },
};

const bad: Readonly<Record<string, () => TelemetrySink>> = {
  'memory sink': () => createMemorySink(10_000),
  'one that throws': () => ({
    name: 'throws',
    write: () => {
      throw new Error('It is torn.');
    },
  }),
  'one that hangs': () => ({ name: 'hangs', write: () => new Promise<void>(() => undefined) }),
  'one that takes 1 ms for each event': () => ({
    name: 'slow',
    write: () => {
      for (const end = performance.now() + 1; performance.now() < end;);
    },
  }),
  'one that waits 1 ms for each event': () => ({
    name: 'waits',
    write: () => new Promise<void>((resolve) => void setTimeout(resolve, 1)),
  }),
};

export const sinks: Suite = {
  title: 'A run with a sink, beside the same run with a subscriber alone',
  counts: 'stages',
  sizes: [100],
  quickSizes: [100],
  figures: {
    told: 'CPU µs per stage with a subscriber',
    sink: 'CPU µs per stage with a subscriber and the sink',
    more: '% more',
  },
  cases: Object.fromEntries(
    Object.entries(bad).map(([name, open]): [string, Case] => [name, { measure: (setting) => besides(setting, open) }]),
  ),
};

export const telling: Suite = {
  title: 'What it costs to tell, in memory, beside the same run that tells nobody',
  counts: 'stages',
  sizes: [1_000],
  quickSizes: [1_000],
  figures: {
    alone: 'CPU µs per stage, nobody listens',
    told: 'CPU µs per stage, told',
    event: 'CPU µs more per event',
  },
  cases: {
    'memory sink': { measure: (setting) => costOfTelling(setting, () => createMemorySink(10_000)) },
    'JSONL sink': { measure: (setting) => costOfTelling(setting, () => jsonl(setting.directory, 'told')) },
  },
};

function jsonl(directory: string, name: string): TelemetrySink {
  return createJsonlSink({ path: path.join(directory, `${name}.jsonl`) });
}

async function throughput({ size, directory }: CaseSetting, open: (directory: string) => readonly TelemetrySink[]) {
  const stream = createEventStream();
  const problems: string[] = [];
  stream.events$.subscribe((event) => {
    if (event.type === 'sink.failed') problems.push(event.data.problem);
  });
  for (const sink of open(directory)) stream.addSink(sink);
  const emit = (event: EngineEvent): void => stream.emit(event);
  await tell(emit, 20_000); // warm
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  let highest = before;
  const cost = await costOf(size, async () => {
    await tell(emit, size, () => {
      highest = Math.max(highest, process.memoryUsage().heapUsed);
    });
    await stream.complete();
  });
  if (problems.length > 0) throw new Error(problems[0]);
  return { rate: 1e6 / cost.wallUs, cpu: cost.cpuUs, heap: (highest - before) / 1_048_576 };
}

async function tell(
  emit: (event: EngineEvent) => void,
  count: number,
  look: () => void = () => undefined,
): Promise<void> {
  const ids = { traceId: traceIdOf('task'), spanId: spanIdOf('task', 'stage', 1), parentSpanId: spanIdOf('task') };
  const started = performance.now();
  for (let seq = 1; seq <= count; seq += 1) {
    emit({
      id: `task/${seq}`,
      v: 1,
      time: 1_767_225_600_000 + seq,
      seq,
      taskId: 'task',
      pipelineId: 'main',
      ...ids,
      stageId: 'stage',
      nodeId: 'stage',
      type: 'stage.finished',
      data: { attempt: 1, durationMs: 12 },
    });
    if (seq % burst !== 0) continue;
    do await new Promise((resolve) => setImmediate(resolve));
    while (performance.now() - started < (seq / offeredPerSecond) * 1_000);
    if (seq % 50_000 === 0) look();
  }
}

interface Runs {
  readonly engine: Engine;
  /** Processor time of some tasks, one after another, in microseconds per stage. */
  readonly run: () => Promise<number>;
}

async function openRuns({ size, directory }: CaseSetting, host: 'local' | 'memory'): Promise<Runs> {
  const shape = { kind: 'chain', size } as const;
  const work = createWork(shape);
  const project = path.join(directory, 'project');
  const stages = host === 'local' ? 'tool' : 'transform';
  await writeProject(project, { ...manifestsOf({ shape, work }, stages), durability: 'process' });
  const engine = await Engine.fromConfigDir(project, { host });
  if (stages === 'tool') registerWork(engine, work);
  const run = async (): Promise<number> => {
    const { cpuUs } = await costOf(5 * size, async () => {
      for (let count = 0; count < 5; count += 1) {
        const { status } = await engine.runOne(0);
        if (status !== 'completed') throw new Error(`The task came to ${status}.`);
      }
    });
    return cpuUs;
  };
  for (let count = 0; count < 20; count += 1) await run();
  return { engine, run };
}

/** The cheapest run counts, for that is what is left of it when the machine does something else besides. */
async function besides(setting: CaseSetting, open: () => TelemetrySink): Promise<Figures> {
  const { engine, run } = await openRuns(setting, 'local');
  engine.events$.subscribe(() => undefined);
  const cheapest = async (): Promise<number> => {
    const costs: number[] = [];
    for (let round = 0; round < (setting.isQuick ? 10 : 40); round += 1) costs.push(await run());
    return Math.min(...costs);
  };
  const told = await cheapest();
  engine.addSink(open());
  const sink = await cheapest();
  await engine.close();
  return { told, sink, more: (sink / told - 1) * 100 };
}

async function costOfTelling(setting: CaseSetting, open: () => TelemetrySink): Promise<Figures> {
  const { engine, run } = await openRuns(setting, 'memory');
  let heard = 0;
  const counter = engine.events$.subscribe(() => (heard += 1));
  await run();
  counter.unsubscribe();
  const eventsPerStage = heard / (5 * setting.size);
  const costs: { alone: number[]; told: number[] } = { alone: [], told: [] };
  for (let round = 0; round < (setting.isQuick ? 10 : 60); round += 1) {
    costs.alone.push(await run());
    const remove = engine.addSink(open());
    costs.told.push(await run());
    remove();
  }
  await engine.close();
  const [alone, told] = [Math.min(...costs.alone), Math.min(...costs.told)];
  return { alone, told, event: (told - alone) / eventsPerStage };
}
