import { Engine } from '../../src/index.ts';
import { measure } from '../support/measure.ts';
import type { Case, Suite } from '../support/suite.ts';
import { writeAskingProject } from '../subjects/asking.ts';

export const agents: Suite = {
  title: 'A chain of agents that ask a scripted model',
  counts: 'stages',
  sizes: [10, 100],
  quickSizes: [10],
  figures: { cpu: 'CPU µs a stage', wall: 'wall µs a stage' },
  cases: { 'Agent Engine, in memory': chain('memory'), 'Agent Engine, process': chain('local') },
};

function chain(host: 'memory' | 'local'): Case {
  return {
    async measure({ directory, size, isQuick }) {
      await writeAskingProject(directory, { provider: 'scripted', script: 'replies.yaml' }, size);
      const engine = await Engine.fromConfigDir(directory, { host });
      const run = async (): Promise<void> => {
        const { status, trace } = await engine.runOne('Hi.');
        if (status !== 'completed' || trace.length !== size) throw new Error(`The task came to ${status}.`);
      };
      try {
        const { cpuUs: cpu, wallUs: wall } = await measure(size, run, isQuick ? 3 : 7);
        return { cpu, wall };
      } finally {
        await engine.close();
      }
    },
  };
}
