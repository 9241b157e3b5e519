import { fromCallback, type AnyActorLogic } from 'xstate';
import type { StageEnd, WorkflowEvent } from './workflow-context.ts';

/** Does the work of one stage. A failure is an end, not an error; what it throws all the same fails the stage. */
export type StageFunction = (node: string, signal: AbortSignal) => StageEnd | Promise<StageEnd>;

/**
 * The actor source `stage` for a machine that XState runs itself, in a page, an inspector or a test:
 * `createActor(machine.provide({ actors: { stage: createStageActor(run) } }), { input })`.
 */
export function createStageActor(run: StageFunction): AnyActorLogic {
  return fromCallback<WorkflowEvent, { node: string }>(({ input, sendBack }) => {
    const controller = new AbortController();
    const { node } = input;
    const report = async (): Promise<void> => {
      const end = await endOf(run, node, controller.signal);
      if (!controller.signal.aborted) sendBack({ type: 'stage.ended', node, end });
    };
    void report();
    return () => controller.abort();
  });
}

async function endOf(run: StageFunction, node: string, signal: AbortSignal): Promise<StageEnd> {
  try {
    return await run(node, signal);
  } catch {
    return { kind: 'failed', category: 'internal', retryable: false };
  }
}
