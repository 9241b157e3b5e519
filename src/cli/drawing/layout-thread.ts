import { Worker } from 'node:worker_threads';
import type { DrawingModel, Picture } from '../../diagram/index.ts';

export interface LayoutThread {
  layout(model: DrawingModel): Promise<Picture>;
  close(): Promise<void>;
}

/** A thread that lays out one drawing: the layout engine takes long to load, and may take long to think. */
export function startLayoutThread(): LayoutThread {
  // Source runs unbuilt, so the file beside this one may end in either.
  const file = import.meta.url.endsWith('.ts') ? './layout-worker.ts' : './layout-worker.js';
  const worker = new Worker(new URL(file, import.meta.url));
  const answer = new Promise<Picture>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  answer.catch(() => undefined); // the thread may fail before anybody waits for it
  return {
    layout(model) {
      worker.postMessage(model, []);
      return answer;
    },
    async close() {
      await worker.terminate();
    },
  };
}
