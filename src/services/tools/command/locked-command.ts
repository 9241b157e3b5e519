import path from 'node:path';
import { EngineError } from '../../../errors/index.ts';
import type { PermissionPolicy } from '../../security/index.ts';
import type { ToolEnvironment, ToolSpecs } from '../adapter.ts';
import { findBubblewrap, findProgram } from './find-bubblewrap.ts';
import { withLimits } from './limits.ts';
import { createMark } from './marked-processes.ts';
import type { ProgramOrder } from './run-process.ts';
import { sandboxWords } from './sandbox.ts';
import { viewOf } from './sandbox-view.ts';

type Lock = Pick<ToolSpecs['command.run'], 'sandbox' | 'max_memory_bytes' | 'max_processes'>;

export interface LockParts {
  readonly spec: Lock;
  readonly environment: Pick<ToolEnvironment, 'projectDirectory' | 'hasOpenNetwork'>;
  readonly policy: PermissionPolicy;
}

const sandboxProcesses = 512;

export async function requireSandbox({ sandbox }: Lock, tool: string): Promise<void> {
  if (sandbox !== 'required' || (await findBubblewrap()) !== undefined) return;
  throw new EngineError(
    'SECURITY_SANDBOX_MISSING',
    `Tool "${tool}" needs a sandbox, and there is none on this machine.`,
    {
      hint: 'Install bubblewrap and permit user namespaces, or write "sandbox: auto".',
    },
  );
}

/** The same program under its limits, and in a sandbox where it is to be in one. */
export async function lockUp<Order extends ProgramOrder>(order: Order, parts: LockParts): Promise<Order> {
  const { sandbox = 'auto', max_memory_bytes: maxMemoryBytes, max_processes: maxProcesses } = parts.spec;
  const bubblewrap = sandbox === 'off' ? undefined : await findBubblewrap();
  const memory = maxMemoryBytes === undefined ? {} : { maxMemoryBytes };
  if (bubblewrap === undefined) {
    const mark = createMark();
    const limited = withLimits(order, { ...memory, ...(maxProcesses !== undefined && { maxProcesses }) });
    return { ...order, ...limited, ...(mark !== undefined && { mark }) };
  }
  const program = await programOf(order);
  const most = maxProcesses ?? sandboxProcesses;
  const inside = withLimits({ program, words: order.words }, { ...memory, maxProcesses: most });
  const view = await viewOf({ ...order, program }, parts);
  const watched = process.getuid?.() === 0 && { watchedProcesses: most };
  const { own, loading } = loadedOutside(order.environment);
  return {
    ...order,
    program: bubblewrap,
    words: [...loading, ...sandboxWords({ ...view, ...inside })],
    // Variables such as LD_LIBRARY_PATH may say "here": bubblewrap itself is to load nothing of what the command could have put there.
    workingDirectory: path.sep,
    environment: own,
    ...watched,
  };
}

/** Found out here: in the sandbox a program that is not there would end like one that fails. */
async function programOf({ program, workingDirectory, environment }: ProgramOrder): Promise<string> {
  const name = program.includes(path.sep) ? path.resolve(workingDirectory, program) : program;
  const found = await findProgram(name, environment['PATH'] ?? '');
  if (found !== undefined) return found;
  throw Object.assign(new Error('no such program'), { code: 'ENOENT' });
}

interface SplitEnvironment {
  readonly own: Readonly<Record<string, string>>;
  /** Words of bubblewrap that set the others inside. */
  readonly loading: readonly string[];
}

/** Variables that tell what a program loads are for the command, and not for what locks it up. */
function loadedOutside(environment: ProgramOrder['environment']): SplitEnvironment {
  const entries = Object.entries(environment);
  return {
    own: Object.fromEntries(entries.filter(([name]) => !name.startsWith('LD_'))),
    loading: entries.flatMap(([name, value]) => (name.startsWith('LD_') ? ['--setenv', name, value] : [])),
  };
}
