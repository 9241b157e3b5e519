import { Console } from 'node:console';
import { writeSync } from 'node:fs';
import { processContext, type CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { faultOf, reportFault, type Fault } from './fault.ts';
import { runProgram } from './program.ts';
import { strayCode } from './stray-code.ts';

/** The reader of a pipe may leave before the end; what it does not want is dropped, and the work goes on. */
function watchOutput(stream: NodeJS.WriteStream, onBroken: (error: Error) => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') onBroken(error);
  });
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write('', () => resolve());
  });
}

async function main(): Promise<void> {
  const context = processContext();
  // stdout is for the result: what code of the project logs goes where everything else goes.
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
  let outputFailure: Error | undefined;
  watchOutput(process.stdout, (error) => (outputFailure ??= error));
  watchOutput(process.stderr, () => undefined);
  const fail = (error: unknown): number => {
    const fault = faultOf(error);
    reportFault(context, fault, error);
    return fault.exitCode;
  };
  const crash = (error: unknown): void => {
    const fault = strayFault(context, error);
    reportFault(context, fault, error);
    delete context.atWork.resume;
    process.exit(fault.exitCode);
  };
  process.on('exit', () => {
    if (context.atWork.resume === undefined) return;
    writeSync(process.stderr.fd, exitText(context.atWork.resume)); // nothing that waits is written any more
    process.exitCode = exitCodes.failure;
  });
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  let exitCode: number;
  try {
    exitCode = await runProgram(process.argv.slice(2), context);
  } catch (error) {
    exitCode = fail(error);
  }
  await flush(process.stdout);
  if (outputFailure !== undefined) {
    reportFault(context, unwritable(outputFailure), outputFailure);
    exitCode ||= exitCodes.failure;
  }
  await flush(process.stderr);
  process.exit(exitCode); // tools of the project may hold handles that would keep the process alive
}

/** While a task is at work, what nobody catches comes from code that a tool or a plugin started and did not await. */
function strayFault({ atWork }: CliContext, error: unknown): Fault {
  if (atWork.resume === undefined) return faultOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  const { owner, place } = strayCode(error, atWork.code ?? { directory: '', owners: new Map() });
  return {
    code: 'TOOL_STRAY_ERROR',
    message: `Code of ${owner} failed outside of any call${place === undefined ? '' : ` (${place})`}: ${reason.replace(/\.$/u, '')}.`,
    hint: `Await what it starts. Then go on with: ${atWork.resume}`,
    exitCode: exitCodes.failure,
  };
}

function exitText(resume: string): string {
  return `error TOOL_STRAY_ERROR Code of a tool or a plugin ended the process.\n  help: Go on with: ${resume}\n`;
}

function unwritable(error: Error): Fault {
  return {
    code: 'HOST_OUTPUT_UNWRITABLE',
    message: `The result cannot be written: ${error.message}.`,
    hint: 'Free some space, or send it to another place.',
    exitCode: exitCodes.failure,
  };
}

await main();
