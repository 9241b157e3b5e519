import type { ChartState, WorkflowChart } from './chart.ts';
import type { WorkflowGraph } from './graph.ts';
import { createStepper, type Stepper } from './stepper.ts';
import { createTableStepper } from './table-stepper.ts';
import { createWorkflowMachine } from './workflow-machine.ts';

/**
 * Active stages up to which XState steps a chart itself. Its cost grows with the square of the width: it stays below
 * 0.3 ms a stage up to here, and comes to 7 ms at 200 and 40 ms at 500.
 */
const widestForXState = 16;

/** The stepper for a workflow: XState's, or for charts too wide for it the table that takes the same steps. */
export function createWorkflowStepper(graph: WorkflowGraph, chart: WorkflowChart): Stepper {
  if (widthOf(chart) > widestForXState) return createTableStepper(graph);
  return createStepper(createWorkflowMachine(graph, chart), graph);
}

/** The most leaf states of a chart that can be active at a time. */
export function widthOf(state: ChartState): number {
  const widths = Object.values(state.states ?? {}).map(widthOf);
  if (widths.length === 0) return 1;
  return state.type === 'parallel'
    ? widths.reduce((sum, width) => sum + width, 0)
    : widths.reduce((most, width) => Math.max(most, width), 1);
}
