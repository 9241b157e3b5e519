import { agentEngine } from '../subjects/engine.ts';
import { journalRows } from '../subjects/journal.ts';
import { langGraphSqlite } from '../subjects/langgraph.ts';
import { mastraLibsql } from '../subjects/mastra.ts';
import { xstateSnapshots } from '../subjects/xstate-actor.ts';
import { measure } from '../support/measure.ts';
import { withWorkload } from '../support/run-workload.ts';
import type { Case, Suite } from '../support/suite.ts';
import { runChecked, stagesOf, type Shape, type Subject } from '../support/workload.ts';
import { keptBytes, writtenBytes } from '../support/written-bytes.ts';

/** Those who store a whole state at each stage write megabytes per stage beyond this. */
const largestOfWholeStates = 300;

export const durable: Suite = {
  title: 'Chain of stages that give 1 KB each, kept on disk after every stage',
  counts: 'stages',
  sizes: [10, 100, 300, 1_000],
  quickSizes: [10, 100],
  growth: [100, 1_000],
  figures: {
    cpu: 'CPU µs per stage',
    wall: 'wall µs per stage',
    written: 'KB written per stage',
    writtenTask: 'KB written per task',
    kept: 'KB on disk per stage',
  },
  cases: {
    'bare journal, row each stage, NORMAL': durableCase(journalRows('NORMAL'), textShape),
    'bare journal, row each stage, FULL': durableCase(journalRows('FULL'), textShape),
    'XState, whole snapshot each stage, NORMAL': limited(xstateSnapshots),
    'LangGraph.js, SqliteSaver': limited(langGraphSqlite),
    'Mastra, libsql file': limited(mastraLibsql),
    'Agent Engine, process': durableCase(agentEngine({ stages: 'transform', keeps: 'process' }), textShape),
    'Agent Engine, process, functions as tools': durableCase(
      agentEngine({ stages: 'tool', keeps: 'process' }),
      textShape,
    ),
    'Agent Engine, full': durableCase(agentEngine({ stages: 'transform', keeps: 'full' }), textShape),
  },
};

function textShape(size: number): Shape {
  return { kind: 'chain', size, text: { bytes: 1_000, isCarried: false } };
}

function limited(subject: Subject): Case {
  return { ...durableCase(subject, textShape), largest: largestOfWholeStates };
}

/** Time, and bytes that go to the disk, of one task after another. */
export function durableCase(subject: Subject, shapeOf: (size: number) => Shape): Case {
  return {
    measure: ({ size, isQuick, directory }) => {
      const shape = shapeOf(size);
      return withWorkload({ directory, shape, subject }, async (setting, workload) => {
        const stages = stagesOf(shape);
        const bytes = await bytesOf(directory, stages, () => runChecked(setting, workload));
        const cost = await measure(stages, () => runChecked(setting, workload), isQuick ? 3 : 5);
        return { cpu: cost.cpuUs, wall: cost.wallUs, ...bytes };
      });
    },
  };
}

/** Measured over several tasks, since what is written twice comes only now and then: the log of SQLite is moved at times. */
async function bytesOf(directory: string, stages: number, runTask: () => Promise<void>) {
  await runTask();
  const tasks = Math.max(1, Math.ceil(100 / stages));
  const kept = keptBytes(directory);
  const written = writtenBytes();
  for (let count = 0; count < tasks; count += 1) await runTask();
  const writtenAfter = writtenBytes();
  const kb = (bytes: number): number => bytes / 1_000 / tasks;
  return {
    ...(written !== undefined &&
      writtenAfter !== undefined && {
        written: kb(writtenAfter - written) / stages,
        writtenTask: kb(writtenAfter - written),
      }),
    kept: kb(keptBytes(directory) - kept) / stages,
  };
}
