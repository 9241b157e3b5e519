import { fromCallback, type AnyActorLogic, type AnyActorRef } from 'xstate';
import { EngineError } from '../errors/index.ts';
import type { ControlState } from './control.ts';
import type { StageEnd, WorkflowContext, WorkflowEvent } from './workflow-context.ts';

/**
 * Does the work of one stage. A failure is an end, not an error; what it throws all the same fails the stage. `control` is what is known of
 * nodes and edges when the stage begins: which stages are done, and which edges led here.
 */
export type StageFunction = (node: string, signal: AbortSignal, control: ControlState) => StageEnd | Promise<StageEnd>;

/**
 * The actor source `stage` for a machine that XState runs itself, in a page, an inspector or a test:
 * `createActor(machine.provide({ actors: { stage: createStageActor(run) } }), { input })`.
 */
export function createStageActor(run: StageFunction): AnyActorLogic {
  return fromCallback<WorkflowEvent, { node: string }>(({ input, sendBack, self }) => {
    const controller = new AbortController();
    const { node } = input;
    const report = async (): Promise<void> => {
      const end = await endOf(() => run(node, controller.signal, controlAbove(self)));
      if (!controller.signal.aborted) sendBack({ type: 'stage.ended', node, end });
    };
    void report();
    return () => controller.abort();
  });
}

/** The machine has taken its step when the actors that it invokes begin. */
function controlAbove({ _parent: machine }: { readonly _parent?: AnyActorRef }): ControlState {
  if (machine === undefined) throw new EngineError('ENGINE_BUG', 'The actor of a stage has no machine above it.');
  const { context } = machine.getSnapshot() as { readonly context: WorkflowContext };
  return context.control;
}

async function endOf(run: () => StageEnd | Promise<StageEnd>): Promise<StageEnd> {
  try {
    return await run();
  } catch {
    return { kind: 'failed', category: 'internal', retryable: false };
  }
}
