import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { measure } from '../support/measure.ts';
import type { Case, Suite } from '../support/suite.ts';
import { openTool } from '../support/tool-project.ts';

const filesPerDirectory = 100;

/** Small files as in a project, of which one has the text that is searched for. */
function writeFiles(directory: string, count: number): void {
  for (let at = 0; at < count; at += 1) {
    const folder = path.join(directory, `folder-${Math.floor(at / filesPerDirectory)}`);
    if (at % filesPerDirectory === 0) mkdirSync(folder);
    const text = `export const value${at} = ${at};\n`.repeat(40);
    writeFileSync(path.join(folder, `file-${at}.ts`), at === count - 1 ? `${text}// a needle\n` : text);
  }
}

function engineCase(search: object): Case {
  return {
    measure: async ({ size, directory }) => {
      writeFiles(directory, size);
      const spec = { type: 'filesystem.search' as const, root: '.', timeout: '600s' };
      const tool = await openTool(spec, { directory, permissions: { filesystem: { read: ['.'] } } });
      const run = async (): Promise<void> => {
        const found = JSON.stringify(await tool.call(search));
        if (!found.includes(`"files":${size}`) || !found.includes('a needle')) throw new Error('It found otherwise.');
      };
      const { cpuUs, wallUs } = await measure(size, run);
      await tool.close();
      return { cpu: cpuUs, wall: wallUs };
    },
  };
}

/** The least that anybody could do: list, read, look. */
function bareSearch(directory: string): number {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.filter(({ parentPath, name }) => readFileSync(path.join(parentPath, name)).includes('needle')).length;
}

const bareCase: Case = {
  measure: async ({ size, directory }) => {
    writeFiles(directory, size);
    const { cpuUs, wallUs } = await measure(size, () => {
      if (bareSearch(directory) !== 1) throw new Error('It found otherwise.');
    });
    return { cpu: cpuUs, wall: wallUs };
  },
};

/** What a search through all files of a project costs, with every file checked as it is opened. */
export const search: Suite = {
  title: 'Files of a project searched for a text that one of them has',
  counts: 'files of about 1 KB',
  sizes: [100, 1_000, 10_000],
  quickSizes: [100, 1_000],
  growth: [1_000, 10_000],
  figures: { cpu: 'CPU µs per file', wall: 'wall µs per file' },
  cases: {
    'bare loop that reads all files': bareCase,
    'Agent Engine, a text': engineCase({ pattern: 'needle' }),
    'Agent Engine, in any case': engineCase({ pattern: 'NEEDLE', case: 'insensitive' }),
    'Agent Engine, a regular expression': engineCase({ pattern: String.raw`a need[lm]e\b`, regex: true }),
    'Agent Engine, one without a text in it': engineCase({ pattern: '[m-o][d-f]{2}d[k-m]e$', regex: true }),
  },
};
