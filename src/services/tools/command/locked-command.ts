import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../errors/index.ts';
import { isInside, permittedRoots, type PermissionPolicy } from '../../security/index.ts';
import type { ToolEnvironment, ToolSpecs } from '../adapter.ts';
import { findBubblewrap, findProgram } from './find-bubblewrap.ts';
import { withLimits } from './limits.ts';
import { createMark } from './marked-processes.ts';
import type { ProgramOrder } from './run-process.ts';
import { sandboxWords } from './sandbox.ts';

type Lock = Pick<ToolSpecs['command.run'], 'sandbox' | 'max_memory_bytes' | 'max_processes'>;

export interface LockParts {
  readonly spec: Lock;
  readonly environment: ToolEnvironment;
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
  const view = await viewOf(order, program, parts);
  const watched = process.getuid?.() === 0 && { watchedProcesses: most };
  return { ...order, program: bubblewrap, words: sandboxWords({ ...view, ...inside }), ...watched };
}

/** Found out here: in the sandbox a program that is not there would end like one that fails. */
async function programOf({ program, workingDirectory, environment }: ProgramOrder): Promise<string> {
  const name = program.includes(path.sep) ? path.resolve(workingDirectory, program) : program;
  const found = await findProgram(name, environment['PATH'] ?? '');
  if (found !== undefined) return found;
  throw Object.assign(new Error('no such program'), { code: 'ENOENT' });
}

type View = Omit<Parameters<typeof sandboxWords>[0], 'program' | 'words'>;

async function viewOf(order: ProgramOrder, program: string, { environment, policy }: LockParts): Promise<View> {
  const { workingDirectory } = order;
  const writable = permittedRoots(policy, 'write');
  const permitted = permittedRoots(policy, 'read');
  // Whoever may work in a directory sees it.
  const isSeen = [...permitted, ...writable].some((root) => isInside(root, workingDirectory));
  const readable = isSeen ? permitted : [...permitted, workingDirectory];
  const roots = [...readable, ...writable];
  const state = await realpath(policy.stateDirectory).catch(() => undefined);
  const real = await realpath(program).catch(() => program);
  const paths = (order.environment['PATH'] ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry));
  return {
    readable,
    writable,
    hidden: state !== undefined && roots.some((root) => isInside(root, state)) ? [state] : [],
    protected: [...new Set([environment.projectDirectory, ...writable])].map((root) => path.join(root, '.git')),
    workingDirectory,
    hasNetwork: environment.hasOpenNetwork && !policy.levels.some(narrowsNetwork),
    searchPath: [...paths, path.dirname(program), path.dirname(real)],
  };
}

/** What an agent or a task narrows, it narrows to some hosts, which a sandbox cannot tell apart. */
function narrowsNetwork({ name, rules }: PermissionPolicy['levels'][number]): boolean {
  return name !== 'engine' && name !== 'tool' && rules.network !== undefined;
}
