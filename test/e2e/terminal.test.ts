import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { shell } from './cli-process.ts';
import { gatedProject, temporaryDirectory, writeFiles } from './project.ts';
import { hasScript } from './terminal.ts';

const directory = temporaryDirectory();
const program = path.resolve(import.meta.dirname, '../../bin/agent-engine.js');

// "script" is what makes a terminal; Windows and small containers lack it.
it.skipIf(!hasScript)(
  'shows on a terminal the stages that are at work, keeps what is over, and ends with the result',
  async () => {
    const project = writeFiles(path.join(directory, 'live'), gatedProject);
    writeFileSync(path.join(project, 'gate'), '');
    const command = `stty cols 60 rows 12; node ${program} run live go --id task`;
    const { code, stdout } = await shell(
      `TERM=xterm script --quiet --return --command '${command}' /dev/null`,
      directory,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('\u001B[');
    const lines = stripVTControlCharacters(stdout)
      .split(/\r?\n/u)
      .map((line) =>
        line
          .replaceAll(/\d+ms|\d+\.\ds/gu, '_')
          .replaceAll(/ +/gu, ' ')
          .trimEnd(),
      );
    for (const expected of [
      '● gated, task task',
      '✓ first tool _',
      '✓ second tool _',
      '✓ third tool _',
      '– skipped: broken',
    ]) {
      expect(lines.filter((line) => line === expected)).toEqual([expected]);
    }
    expect(lines.slice(-3)).toEqual(['✓ completed · _ · 4 stages · task task', 'All three are done.', '']);
  },
);
