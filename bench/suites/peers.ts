import { bareLoop } from '../subjects/bare.ts';
import { agentEngine } from '../subjects/engine.ts';
import { langGraph, langGraphMemory } from '../subjects/langgraph.ts';
import { mastra } from '../subjects/mastra.ts';
import { xstateActor } from '../subjects/xstate-actor.ts';
import { xstateStepping } from '../subjects/xstate-stepping.ts';
import type { Subject } from '../support/workload.ts';

/** Everyone who keeps nothing on disk, by the name in the tables. */
export const inMemory: Readonly<Record<string, Subject>> = {
  'bare loop': bareLoop,
  'XState, flat chart with invoke': xstateActor,
  'XState, pure stepping': xstateStepping,
  'LangGraph.js': langGraph,
  'LangGraph.js, MemorySaver': langGraphMemory,
  'Mastra, no storage': mastra,
  'Agent Engine': agentEngine({ stages: 'transform', keeps: 'nothing' }),
  'Agent Engine, one subscriber': agentEngine({ stages: 'transform', keeps: 'nothing', listens: true }),
  'Agent Engine, functions as tools': agentEngine({ stages: 'tool', keeps: 'nothing' }),
};

export function casesOf<Value>(
  subjects: Readonly<Record<string, Subject>>,
  caseOf: (subject: Subject, name: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(subjects).map(([name, subject]) => [name, caseOf(subject, name)]));
}
