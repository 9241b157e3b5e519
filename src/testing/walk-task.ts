import {
  createWorkflowStepper,
  deliverMessage,
  submitTask,
  type CompiledPipeline,
  type Scenario,
  type ScenarioStep,
  type TaskCore,
  type TaskMessage,
  type TaskState,
} from '../index.ts';
import { endOf, readWalk, type Walk } from './walk.ts';

/** Walks scenarios as tasks: by the reducer that every host runs, with stubs in place of agents, tools and time. */
export function createTaskWalk({ graph, chart }: CompiledPipeline): (scenario: Scenario) => Walk {
  const core: TaskCore = { graph, stepper: createWorkflowStepper(graph, chart()) };
  return ({ steps }) => {
    const idle: string[] = [];
    let { state } = submitTask(core, { seed: 'walk', maxParallel: graph.nodes.length, paused: false }, 0);
    for (const step of steps) {
      const after = endStage(core, state, step);
      if (after === undefined) idle.push(step.node);
      else state = after;
    }
    const verdict = state.status === 'running' ? 'active' : state.status;
    return readWalk(graph, state.snapshot.context.control, { verdict, idle });
  };
}

/** The state after a stage and every further attempt of it ended; nothing when it does not run. */
function endStage(core: TaskCore, before: TaskState, step: ScenarioStep): TaskState | undefined {
  let state = before;
  let wasRunning = false;
  for (let message = nextMessage(state, step); message !== undefined; message = nextMessage(state, step)) {
    const delivered = deliverMessage(core, state, { message, at: 0 });
    if (delivered === 'stale') return undefined;
    wasRunning = true;
    state = delivered.state;
  }
  return wasRunning ? state : undefined;
}

function nextMessage({ pending }: TaskState, step: ScenarioStep): TaskMessage | undefined {
  for (const [key, entry] of pending) {
    if (entry.node !== step.node) continue;
    if (entry.kind === 'stage') return { kind: 'result', node: step.node, token: entry.token, end: endOf(step) };
    if (entry.purpose === 'retry') return { kind: 'timer', id: key, token: entry.token };
  }
  return undefined;
}
