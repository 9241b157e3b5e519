import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findBubblewrap } from '../../src/services/tools/command/find-bubblewrap.ts';
import { measure } from '../support/measure.ts';
import type { Case, Suite } from '../support/suite.ts';
import { openTool } from '../support/tool-project.ts';

const bareCase: Case = {
  measure: async () => {
    const run = promisify(execFile);
    const { cpuUs, wallUs } = await measure(1, async () => void (await run('/bin/true')));
    return { wall: wallUs / 1_000, cpu: cpuUs / 1_000 };
  },
};

function engineCase(sandbox: 'off' | 'required'): Case {
  return {
    measure: async ({ directory }) => {
      if (sandbox === 'required' && (await findBubblewrap()) === undefined) throw new Error('There is no bubblewrap.');
      const permissions = { filesystem: { read: ['.'], write: ['.'] }, commands: { allow: ['/bin/true'] } };
      const tool = await openTool({ type: 'command.run', command: '/bin/true', sandbox }, { directory, permissions });
      const { cpuUs, wallUs } = await measure(1, async () => void (await tool.call({})));
      await tool.close();
      return { wall: wallUs / 1_000, cpu: cpuUs / 1_000 };
    },
  };
}

/** What a program costs that does nothing; the sandbox has to stay below 60 ms more. */
export const commands: Suite = {
  title: 'A command that does nothing',
  counts: 'commands',
  sizes: [1],
  quickSizes: [1],
  figures: { wall: 'wall ms', cpu: 'CPU ms of the engine' },
  cases: {
    'bare execFile': bareCase,
    'Agent Engine, no sandbox': engineCase('off'),
    'Agent Engine, bubblewrap': engineCase('required'),
  },
};
