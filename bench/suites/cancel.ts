import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Engine } from '../../src/index.ts';
import { manifestsOf, writeProject } from '../subjects/engine.ts';
import { costOf } from '../support/measure.ts';
import { untilGone } from '../support/processes.ts';
import type { CaseSetting, Figures, Suite } from '../support/suite.ts';
import { createWork } from '../support/workload.ts';

/** What a hung program does when it is asked to end. */
type Manners = 'heeds SIGTERM' | 'ignores SIGTERM';

export const cancel: Suite = {
  title: 'A task is cancelled while its tool, a program with a child of its own, hangs',
  counts: 'stages before it',
  sizes: [10, 100, 1_000],
  quickSizes: [10, 100],
  growth: [100, 1_000],
  figures: {
    gone: 'wall ms until all processes are gone',
    settled: 'wall ms until the task is cancelled',
    cpu: 'CPU ms',
  },
  cases: {
    'bare process group, SIGKILL': { measure: (setting) => median(setting, killed), largest: 10 },
    ...engineCase('heeds SIGTERM', 'memory'),
    ...engineCase('ignores SIGTERM', 'memory'),
    ...engineCase('ignores SIGTERM', 'local'),
  },
};

function engineCase(manners: Manners, host: 'memory' | 'local'): Suite['cases'] {
  const name = `Agent Engine${host === 'local' ? ', process' : ''}, the program ${manners}`;
  return { [name]: { measure: (setting) => median(setting, (run) => cancelled(run, manners, host)) } };
}

async function median(setting: CaseSetting, run: (setting: CaseSetting) => Promise<Figures>): Promise<Figures> {
  const runs = [];
  for (let count = 0; count < (setting.isQuick ? 3 : 7); count += 1) {
    const directory = path.join(setting.directory, `run${count}`);
    await mkdir(directory);
    await writeFile(path.join(directory, 'hang.mjs'), hangingProgram);
    runs.push(await run({ ...setting, directory }));
  }
  const sorted = runs.toSorted((one, other) => (one['gone'] ?? 0) - (other['gone'] ?? 0));
  return sorted[Math.floor(sorted.length / 2)] ?? {};
}

async function cancelled({ size, directory }: CaseSetting, manners: Manners, host: 'memory' | 'local') {
  const shape = { kind: 'chain', size } as const;
  const { nodes, edges } = manifestsOf({ shape, work: createWork(shape) }, 'transform');
  const command = `${process.execPath} hang.mjs ${manners === 'ignores SIGTERM' ? 'ignore' : 'heed'}`;
  await writeProject(directory, {
    nodes: [...nodes, { id: 'hang', type: 'tool', tool: 'hang' }],
    edges: [...edges, { from: `s${size - 1}`, to: 'hang' }],
    tools: { hang: { type: 'command.run', command } },
    permissions: { commands: { allow: [command] }, filesystem: { read: ['.'], write: ['.'] } },
    durability: 'process',
  });
  const engine = await Engine.fromConfigDir(directory, { host });
  try {
    const { id } = await engine.createTask({ input: 0 });
    const running = engine.runTask(id);
    const pids = await Promise.race([startedPids(directory), running.then(() => [])]);
    let gone = 0;
    const cost = await costOf(1, async () => {
      const ending = engine.cancelTask(id);
      gone = await untilGone(pids);
      await ending;
    });
    const { status, trace } = await running;
    if (status !== 'cancelled' || trace.length !== size + 1) throw new Error(`The task came to ${status}.`);
    return { gone, settled: cost.wallUs / 1_000, cpu: cost.cpuUs / 1_000 };
  } finally {
    await engine.close();
  }
}

/** What the system alone needs. */
async function killed({ directory }: CaseSetting): Promise<Figures> {
  const child = spawn(process.execPath, ['hang.mjs', 'ignore'], { cwd: directory, detached: true, stdio: 'ignore' });
  const pids = await startedPids(directory);
  let gone = 0;
  const cost = await costOf(1, async () => {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    gone = await untilGone(pids);
  });
  return { gone, settled: cost.wallUs / 1_000, cpu: cost.cpuUs / 1_000 };
}

async function startedPids(directory: string): Promise<number[]> {
  const file = path.join(directory, 'pids');
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
  return (await readFile(file, 'utf8')).split(' ').map(Number);
}

/** The first process starts the second one, which says when both are there; they end by themselves after a minute. */
const hangingProgram = `
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
const [manners, parent] = process.argv.slice(2);
if (manners === 'ignore') process.on('SIGTERM', () => undefined);
setTimeout(() => process.exit(), 60_000);
if (parent === undefined) {
  spawn(process.execPath, [import.meta.filename, manners, String(process.pid)], { stdio: 'ignore' });
} else {
  writeFileSync('pids.new', parent + ' ' + process.pid);
  renameSync('pids.new', 'pids');
}
`;
