import path from 'node:path';
import { isEngineError } from '../../errors/index.ts';
import { readLog, readSecretFiles, withEnvironment, withSecrets, type Environment } from '../../services/index.ts';
import { loadProject } from './load-project.ts';
import { storedEvents } from './state-file.ts';

export interface LogReadOptions {
  readonly follow: boolean;
  readonly signal: AbortSignal;
  readonly environment?: Environment;
  /** Called when events were put aside and removed before they were read. */
  readonly onGap?: () => void;
}

/** Where the events of a project were written, if a plugin of type `telemetry.logger` does that. */
export async function logFileOf(
  directory: string,
  environment: Environment = process.env,
): Promise<string | undefined> {
  const { compiled } = await loadProject(directory, { environment });
  const declared = compiled?.project.plugins.filter(({ type }) => type === 'telemetry.logger') ?? [];
  const values = withSecrets(environment, await readSecretFiles(declared, directory));
  const [logger] = withEnvironment(declared, values);
  return logger?.type === 'telemetry.logger' ? path.resolve(directory, logger.config.path) : undefined;
}

const pauseMs = 250;

/** Lines of a log of events, as they were written; with `follow` until the signal stops it. */
export function loggedLines(file: string, { follow, signal, onGap }: LogReadOptions): AsyncGenerator<string> {
  return readLog(file, { follow, signal, ...(onGap !== undefined && { onGap }), pause: () => pauseUnless(signal) });
}

/** What the journals of a task tell, as lines; with `follow` also what comes, until the task is over or the signal stops it. */
export async function* journalEventLines(
  directory: string,
  taskId: string,
  { follow, signal }: LogReadOptions,
): AsyncGenerator<string> {
  const told = new Set<string>();
  for (;;) {
    const events = await untilReadable(() => storedEvents(directory, taskId), follow);
    for (const event of events) {
      if (told.has(event.id)) continue;
      told.add(event.id);
      yield JSON.stringify(event);
    }
    if (!follow || signal.aborted) return;
    await pauseUnless(signal);
  }
}

/** Another process may be writing: what is read then may be of two moments, or not there yet. */
async function untilReadable<Result>(read: () => Promise<Result>, isRepeated: boolean): Promise<Result | readonly []> {
  try {
    return await read();
  } catch (error) {
    const isLater = isEngineError(error) && ['STORE_JOURNAL_BROKEN', 'TASK_NOT_FOUND'].includes(error.code);
    if (isRepeated && isLater) return [];
    throw error;
  }
}

function pauseUnless(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, pauseMs);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}
