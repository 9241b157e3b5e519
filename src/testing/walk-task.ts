import {
  createTableStepper,
  deliverMessage,
  submitTask,
  type CompiledPipeline,
  type ScenarioStep,
  type TaskCore,
  type TaskMessage,
  type TaskState,
} from '../index.ts';
import { endOf, type Walker } from './walk.ts';

/** Tasks, to be walked on by the reducer that every host runs, with stubs in place of agents, tools and time. */
export function createTaskWalker({ graph }: CompiledPipeline): Walker<TaskState> {
  const core: TaskCore = { graph, stepper: createTableStepper(graph) };
  return {
    graph,
    start: () => submitTask(core, { seed: 'walk', maxParallel: graph.nodes.length, paused: false }, 0).state,
    endStage: (state, step) => endStage(core, state, step),
    read: ({ snapshot, status }) => ({
      control: snapshot.context.control,
      verdict: status === 'running' ? 'active' : status,
    }),
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
