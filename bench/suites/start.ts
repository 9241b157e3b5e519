import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { manifestsOf, writeProject } from '../subjects/engine.ts';
import { medianOf, type Cost } from '../support/measure.ts';
import { skip } from '../support/peer.ts';
import type { Case, CaseSetting, Figures, Suite } from '../support/suite.ts';
import { createWork } from '../support/workload.ts';

const root = path.join(import.meta.dirname, '../..');
const peers = path.join(root, 'bench');

/** Words behind `node`, and what the output has to show. */
interface Command {
  readonly words: readonly string[];
  readonly shows: RegExp;
}

export const start: Suite = {
  title: 'Whole processes, from start to end',
  counts: 'processes',
  sizes: [1],
  quickSizes: [1],
  figures: { cpu: 'CPU ms', wall: 'wall ms' },
  cases: {
    'bare Node': command(async () => ({ words: ['-e', 'console.log("here")'], shows: /here/u })),
    'import XState': importing('xstate', root),
    'import LangGraph.js': importing('@langchain/langgraph', peers),
    'import Mastra workflows': importing('@mastra/core/workflows', peers),
    'import Agent Engine, from source': importing(path.join(root, 'src/index.ts'), root),
    'import Agent Engine, built': importing(path.join(root, 'dist/index.js'), root),
    ...commandLine('from source', async () => path.join(root, 'bin/agent-engine.js')),
    ...commandLine('built', builtProgram),
  },
};

function commandLine(name: string, programOf: (directory: string) => Promise<string>): Record<string, Case> {
  const caseOf = (words: readonly string[], shows: RegExp): Case =>
    command(async (directory) => {
      await writeYamlProject(path.join(directory, 'project'));
      return { words: [await programOf(directory), ...words], shows };
    });
  return {
    [`agent-engine --help, ${name}`]: caseOf(['--help'], /Usage: agent-engine/u),
    [`agent-engine validate, ${name}`]: caseOf(['validate', 'project'], /\S/u),
    [`agent-engine diagram, 40 nodes, ${name}`]: command(async (directory) => {
      await writeYamlProject(path.join(directory, 'project'), 40);
      return { words: [await programOf(directory), 'diagram', 'project', '--format', 'svg'], shows: /^<svg /u };
    }),
    [`agent-engine run, ${name}`]: caseOf(['run', 'project', 'request'], /completed|the end/u),
  };
}

/** As it is installed: beside the source, the program would prefer that. */
async function builtProgram(directory: string): Promise<string> {
  if (!existsSync(path.join(root, 'dist/cli/main.js'))) throw skip('There is no build. Make one with: npm run build');
  const program = path.join(directory, 'package/bin/agent-engine.js');
  await mkdir(path.dirname(program), { recursive: true });
  await copyFile(path.join(root, 'bin/agent-engine.js'), program);
  await copyFile(path.join(root, 'package.json'), path.join(directory, 'package/package.json'));
  await symlink(path.join(root, 'dist'), path.join(directory, 'package/dist'));
  return program;
}

function importing(name: string, from: string): Case {
  return command(async () => {
    const resolved = path.isAbsolute(name)
      ? name
      : path.join(from, 'node_modules', name.split('/').slice(0, 2).join('/'));
    const installed = path.isAbsolute(name) || name.startsWith('@') ? resolved : path.join(from, 'node_modules', name);
    if (!existsSync(installed)) throw skip(`There is no "${path.relative(root, installed)}" to import.`);
    const script = `await import(${JSON.stringify(name)}); console.log('here')`;
    return { words: ['--input-type=module', '-e', script], shows: /here/u, from };
  });
}

function command(commandOf: (directory: string) => Promise<Command & { readonly from?: string }>): Case {
  return {
    async measure({ directory, isQuick }: CaseSetting): Promise<Figures> {
      if (process.platform === 'win32') throw skip('What a process costs is asked of a POSIX shell.');
      const { words, shows, from = directory } = await commandOf(directory);
      const output = path.join(directory, 'output');
      const costs: Cost[] = [];
      for (let run = 0; run <= (isQuick ? 3 : 9); run += 1) {
        const cost = processCost(words, { cwd: from, output });
        const shown = await readFile(output, 'utf8');
        if (!shows.test(shown)) throw new Error(`"${words.join(' ')}" printed: ${shown.slice(0, 500)}`);
        if (run > 0) costs.push(cost);
      }
      const { cpuUs, wallUs } = medianOf(costs);
      return { cpu: cpuUs / 1_000, wall: wallUs / 1_000 };
    },
  };
}

/** The shell says what its children took; Node says it of itself alone. Bash does so by the millisecond, others by ten. */
const shell = ['/bin/bash', '/usr/bin/bash'].find((file) => existsSync(file)) ?? 'sh';

function processCost(
  words: readonly string[],
  { cwd, output }: { readonly cwd: string; readonly output: string },
): Cost {
  const script = 'out=$1; shift; "$@" >"$out" 2>&1 </dev/null || { cat "$out" >&2; exit 1; }; times';
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(shell, ['-c', script, shell, output, process.execPath, ...words], {
    cwd,
    encoding: 'utf8',
  });
  const wallUs = (performance.now() - started) * 1_000;
  if (status !== 0) throw new Error(`"${words.join(' ')}" failed: ${stderr.slice(0, 500)}`);
  const ofChildren = stdout.trim().split('\n')[1] ?? '';
  const seconds = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/gu)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return { cpuUs: seconds.reduce((sum, value) => sum + value, 0) * 1e6, wallUs };
}

/** JSON is YAML as well, so the reader of YAML has its work. */
async function writeYamlProject(directory: string, size = 10): Promise<void> {
  const shape = { kind: 'chain', size } as const;
  const { nodes, edges } = manifestsOf({ shape, work: createWork(shape) }, 'transform');
  await writeProject(directory, {
    nodes: [...nodes, { id: 'done', type: 'end', output: 'the end' }],
    edges: [...edges, { from: `s${size - 1}`, to: 'done' }],
    durability: 'full',
  });
  for (const name of ['workflow', 'engine']) {
    await rename(path.join(directory, `${name}.json`), path.join(directory, `${name}.yaml`));
  }
}
