import { agentEngine } from '../subjects/engine.ts';
import { journalRows } from '../subjects/journal.ts';
import { langGraphSqlite } from '../subjects/langgraph.ts';
import { mastraLibsql } from '../subjects/mastra.ts';
import type { Suite } from '../support/suite.ts';
import type { Shape, Subject } from '../support/workload.ts';
import { durableCase } from './durable.ts';
import { casesOf, inMemory } from './peers.ts';

const subjects: Readonly<Record<string, Subject>> = {
  ...inMemory,
  'bare journal, row each stage, NORMAL': journalRows('NORMAL'),
  'LangGraph.js, SqliteSaver': langGraphSqlite,
  'Mastra, libsql file': mastraLibsql,
  'Agent Engine, process': agentEngine({ stages: 'transform', keeps: 'process' }),
  'Agent Engine, process, functions as tools': agentEngine({ stages: 'tool', keeps: 'process' }),
  'Agent Engine, full': agentEngine({ stages: 'transform', keeps: 'full' }),
};

/** A text that goes through twenty stages, each of which hands on what it was given. */
export const state: Suite = {
  title: 'A text carried through 20 stages',
  counts: 'bytes',
  sizes: [1_000, 100_000, 1_000_000],
  quickSizes: [1_000, 100_000],
  growth: [1_000, 1_000_000],
  figures: { cpu: 'CPU µs per stage', wall: 'wall µs per stage', written: 'KB written per stage' },
  cases: casesOf(subjects, (subject) => durableCase(subject, carried)),
};

function carried(bytes: number): Shape {
  return { kind: 'chain', size: 20, text: { bytes, isCarried: true } };
}
