import { parentPort } from 'node:worker_threads';
import { layoutDrawing, loadElkLayout, type DrawingModel } from '../../diagram/index.ts';

/** Lays out what it is sent, in a thread of its own. The layout engine loads while the project is read. */
const layout = loadElkLayout();

parentPort?.once('message', (model: DrawingModel) => void answer(model));

/** What goes wrong ends the thread, and is told where it was started. */
async function answer(model: DrawingModel): Promise<void> {
  parentPort?.postMessage(await layoutDrawing(model, await layout), []);
}
