import { processContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { faultOf, reportFault } from './fault.ts';
import { runProgram } from './program.ts';

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
  let outputFailure: Error | undefined;
  watchOutput(process.stdout, (error) => (outputFailure ??= error));
  watchOutput(process.stderr, () => undefined);
  const fail = (error: unknown): number => {
    const fault = faultOf(error);
    reportFault(context, fault, error);
    return fault.exitCode;
  };
  const crash = (error: unknown): void => {
    process.exit(fail(error));
  };
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

function unwritable(error: Error): ReturnType<typeof faultOf> {
  return {
    code: 'HOST_OUTPUT_UNWRITABLE',
    message: `The result cannot be written: ${error.message}.`,
    hint: 'Free some space, or send it to another place.',
    exitCode: exitCodes.failure,
  };
}

await main();
