import { fork } from 'node:child_process';

/** Runs a file in a process of its own, which answers with one message. What it prints goes to the error output. */
export async function runFresh(file: string, order: unknown, timeoutMs = 600_000): Promise<unknown> {
  const child = fork(file, [JSON.stringify(order)], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let received: unknown;
  let errors = '';
  child.on('message', (message) => (received = message));
  child.stderr?.on('data', (chunk: Buffer) => (errors = (errors + String(chunk)).slice(-2_000)));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on('error', reject);
  child.on('close', () => resolve());
  await promise;
  if (received === undefined) {
    const how = child.signalCode === null ? `exit code ${child.exitCode}` : child.signalCode;
    throw new Error(`The process ended by ${how} without an answer. ${errors.trim()}`);
  }
  return received;
}

/** The order that this process was started with. */
export function readOrder(): unknown {
  const order: unknown = JSON.parse(process.argv[2] ?? 'null');
  return order;
}

/** A case that is run by hand, under a profiler for example, has nobody to send to. */
export function answer(message: Record<string, unknown>): void {
  if (process.send === undefined) console.log(JSON.stringify(message));
  else process.send(message, () => process.exit(0));
}
