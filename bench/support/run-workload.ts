import { measure } from './measure.ts';
import type { Case, CaseSetting, Figures } from './suite.ts';
import { createWork, runChecked, stagesOf, type Setting, type Shape, type Subject, type Workload } from './workload.ts';

/** Sets somebody up for tasks of a shape, and ends it whatever happens. */
export async function withWorkload<Result>(
  { directory, shape, subject }: { readonly directory: string; readonly shape: Shape; readonly subject: Subject },
  use: (setting: Setting, workload: Workload) => Promise<Result>,
): Promise<Result> {
  const setting: Setting = { shape, work: createWork(shape), directory };
  const workload = await subject(setting);
  try {
    return await use(setting, workload);
  } finally {
    await workload.close();
  }
}

/** One task after another; time per stage, or per branch of a fan. */
export function taskCase(subject: Subject, shapeOf: (size: number) => Shape, largest?: number): Case {
  return {
    ...(largest !== undefined && { largest }),
    measure: ({ size, isQuick, directory }: CaseSetting): Promise<Figures> => {
      const shape = shapeOf(size);
      return withWorkload({ directory, shape, subject }, async (setting, workload) => {
        const units = shape.kind === 'fan' ? shape.size : stagesOf(shape);
        const cost = await measure(units, () => runChecked(setting, workload), isQuick ? 3 : 7);
        return { cpu: cost.cpuUs, wall: cost.wallUs };
      });
    },
  };
}
