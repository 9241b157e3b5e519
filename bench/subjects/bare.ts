import { layersOf } from '../support/layers.ts';
import type { Subject } from '../support/workload.ts';

/** What the stages cost by themselves: awaited one after another, and all of a layer at once. */
export const bareLoop: Subject = async ({ shape, work }) => {
  const layers = layersOf(shape);
  return {
    async runTask(input) {
      let output = input;
      for (const layer of layers) {
        const [first] = layer;
        const before = output;
        output =
          layer.length === 1 && first !== undefined
            ? await work.run(first.at, before)
            : await Promise.all(layer.map(({ at }) => work.run(at, before)));
      }
      return output;
    },
    async close() {},
  };
};
