import { createWebSocketInspector } from '@statelyai/inspect';
import { createActor } from 'xstate';
import { input, machine } from './states.tsx';

/** The task is shown until the answer ends it. */
export function startInspected(url: string): () => void {
  const inspector = createWebSocketInspector({ url, serializationDepthLimit: 1_000 });
  const actor = createActor(machine, { input, inspect: inspector.inspect });
  actor.start();
  return () => {
    actor.stop();
    inspector.stop();
  };
}
