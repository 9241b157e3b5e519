import type { ChartState, ChartTransition, WorkflowChart, WorkflowGraph } from '../../machines/index.ts';
import type { Concurrency } from '../plan/concurrency.ts';
import { buildLanes } from './lanes.ts';

const final = { type: 'final' } as const satisfies ChartState;

/** The chart of a workflow: JSON from which the machine is created, stored or drawn. */
export function emitChart(graph: WorkflowGraph, concurrency: Concurrency): WorkflowChart {
  return {
    // Apart from the ids of nodes, one of which may be the workflow's own.
    id: `workflow:${graph.id}`,
    initial: 'running',
    on: {
      'task.pause': [{ actions: { type: 'pause' } }],
      'task.resume': [{ actions: { type: 'resume' } }],
      'task.step': [{ actions: { type: 'step' } }],
      'task.break': [{ actions: { type: 'setBreakpoints' } }],
      'task.cancel': [{ target: '.cancelled', actions: { type: 'cancelOpen' } }],
    },
    states: {
      running: {
        ...buildLanes(graph, concurrency),
        always: [{ guard: { type: 'endedEarly' }, target: 'closing' }],
        onDone: [{ target: 'closing' }],
      },
      closing: { always: [whenVerdict('completed'), whenVerdict('partial'), { target: 'failed' }] },
      completed: final,
      partial: final,
      failed: final,
      cancelled: final,
    },
  };
}

function whenVerdict(verdict: 'completed' | 'partial'): ChartTransition {
  return { guard: { type: 'hasVerdict', params: { verdict } }, target: verdict };
}
