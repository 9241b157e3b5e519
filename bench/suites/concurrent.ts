import { measure } from '../support/measure.ts';
import { withWorkload } from '../support/run-workload.ts';
import type { Case, Suite } from '../support/suite.ts';
import { checkOutput, inputOf, type Shape, type Subject } from '../support/workload.ts';
import { casesOf, inMemory } from './peers.ts';

const shape: Shape = { kind: 'chain', size: 10 };

export const concurrent: Suite = {
  title: 'Tasks of ten stages, all at once',
  counts: 'tasks',
  sizes: [100, 1_000],
  quickSizes: [100],
  growth: [100, 1_000],
  figures: {
    rate: 'tasks per second and core',
    cpu: 'CPU µs per stage',
    wall: 'wall µs per stage',
  },
  cases: casesOf(inMemory, concurrentCase),
};

function concurrentCase(subject: Subject): Case {
  return {
    measure: ({ size, isQuick, directory }) =>
      withWorkload({ directory, shape, subject }, async ({ work }, workload) => {
        const input = inputOf(shape);
        const stages = size * shape.size;
        const { cpuUs, wallUs } = await measure(
          stages,
          async () => {
            const before = work.ran;
            const outputs = await Promise.all(Array.from({ length: size }, () => workload.runTask(input)));
            if (work.ran - before !== stages) throw new Error(`${work.ran - before} stages ran instead of ${stages}.`);
            for (const output of outputs) checkOutput(work, input, output);
          },
          isQuick ? 3 : 7,
        );
        return { rate: 1e6 / (cpuUs * shape.size), cpu: cpuUs, wall: wallUs };
      }),
  };
}
