import {
  createTableStepper,
  deliverMessage,
  submitTask,
  type Delivered,
  type StageEnd,
  type TaskCommand,
  type TaskCore,
  type TaskMessage,
  type TaskState,
} from '../../src/machines/index.ts';
import type { WorkflowSpec } from '../../src/manifest/index.ts';
import { planWorkflow } from './workflow-subject.ts';

/** A task in the hands of a test: every message is answered by what the task now is, and asks for. */
export interface DrawnTask {
  readonly core: TaskCore;
  readonly state: () => TaskState;
  /** The token under which the task waits for a stage or a timer. */
  readonly token: (key: string) => string;
  readonly deliver: (message: TaskMessage, at?: number) => Delivered | 'stale';
  readonly end: (node: string, end?: StageEnd, at?: number) => Delivered;
  readonly fire: (id: string, at?: number) => Delivered;
  readonly waits: (node: string) => Delivered;
  readonly order: (command: 'start' | 'pause' | 'resume' | 'step' | 'cancel') => Delivered;
}

interface DrawnStart {
  readonly maxParallel?: number;
  readonly paused?: boolean;
  readonly at?: number;
}

/** A task of a workflow, submitted. */
export function drawTask(workflow: WorkflowSpec, start: DrawnStart = {}): DrawnTask & { readonly first: Delivered } {
  const { graph } = planWorkflow(workflow);
  const core: TaskCore = { graph, stepper: createTableStepper(graph) };
  const { maxParallel = 8, paused = false, at = 0 } = start;
  const first = submitTask(core, { seed: 'task 1', maxParallel, paused }, at);
  let { state } = first;
  const token = (key: string): string => state.pending.get(key)?.token ?? 'none';
  const deliver: DrawnTask['deliver'] = (message, when = 0) => {
    const delivered = deliverMessage(core, state, { message, at: when });
    if (delivered !== 'stale') state = delivered.state;
    return delivered;
  };
  const expected = (message: TaskMessage, when = 0): Delivered => {
    const delivered = deliver(message, when);
    if (delivered === 'stale') throw new Error(`The task expects no ${message.kind} here.`);
    return delivered;
  };
  return {
    core,
    first,
    state: () => state,
    token,
    deliver,
    end: (node, end = { kind: 'done' }, when = 0) => expected({ kind: 'result', node, token: token(node), end }, when),
    fire: (id, when = 0) => expected({ kind: 'timer', id, token: token(id) }, when),
    waits: (node) => expected({ kind: 'waits', node, token: token(node) }),
    order: (command) => expected({ kind: 'control', command }),
  };
}

/** Commands in a few words: `run a #2`, `abort a`, `set timeout a at 500`, `clear timeout a`, `finish failed`. */
export function told(commands: readonly TaskCommand[]): readonly string[] {
  return commands.map((command) => {
    switch (command.do) {
      case 'run_stage':
        return `run ${command.stage.node} #${command.stage.attempt}`;
      case 'abort_stage':
        return `abort ${command.stage.node}`;
      case 'start_timer':
        return `set ${command.id} at ${command.timer.due_at}`;
      case 'clear_timer':
        return `clear ${command.id}`;
      case 'finish':
        return `finish ${command.status}`;
    }
  });
}
