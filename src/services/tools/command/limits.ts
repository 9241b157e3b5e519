/** What a command may use of the machine. */
export interface ProcessLimits {
  /** Bytes of memory that it writes to, for each of its processes (RLIMIT_DATA). */
  readonly maxMemoryBytes?: number;
  /** Processes at a time (RLIMIT_NPROC). The system does not hold the superuser to it. */
  readonly maxProcesses?: number;
}

interface Program {
  readonly program: string;
  readonly words: readonly string[];
}

/** Two shells name the limit of processes in two ways. */
const script =
  'limit() { ulimit "$@" 2>/dev/null; }; if [ "$1" != - ]; then limit -d "$1" || exit 125; fi; if [ "$2" != - ]; then limit -p "$2" || limit -u "$2" || exit 125; fi; shift 2; exec "$@"';

/** The same program under limits, set by a shell whose script is fixed: the words of the command are never read by it. */
export function withLimits({ program, words }: Program, { maxMemoryBytes, maxProcesses }: ProcessLimits): Program {
  if (maxMemoryBytes === undefined && maxProcesses === undefined) return { program, words };
  const kilobytes = maxMemoryBytes === undefined ? '-' : String(Math.ceil(maxMemoryBytes / 1_024));
  const processes = maxProcesses === undefined ? '-' : String(maxProcesses);
  return { program: '/bin/sh', words: ['-c', script, 'sh', kilobytes, processes, program, ...words] };
}
