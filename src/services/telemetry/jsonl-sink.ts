import type { FileHandle } from 'node:fs/promises';
import type { TelemetrySink } from './sink.ts';

export interface JsonlSinkOptions {
  /** The file that lines are appended to; directories on the way are created. */
  readonly path: string;
  /** Characters that may wait for the disk; events beyond them are dropped and counted. */
  readonly maxBufferedCharacters?: number;
}

const flushAfterMs = 200;
const flushAtCharacters = 65_536;
const defaultMaxBuffered = 8_388_608;

/** Appends one event a line. A line is on its way to the file at most 200 ms after its event. */
export function createJsonlSink({ path, maxBufferedCharacters = defaultMaxBuffered }: JsonlSinkOptions): TelemetrySink {
  let file: FileHandle | undefined;
  let buffer: string[] = [];
  let buffered = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const writeOut = async (): Promise<void> => {
    try {
      while (buffer.length > 0) {
        file ??= await openForAppend(path);
        const lines = buffer.join('');
        buffer = [];
        buffered = 0;
        await file.appendFile(lines);
      }
    } catch (error) {
      failure ??= { error };
    }
    flushing = undefined;
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    flushing ??= writeOut();
    return flushing;
  };
  const checkHealth = (): void => {
    if (failure !== undefined) throw sinkError(path, failure.error);
  };
  return {
    name: `jsonl ${path}`,
    write: (event) => {
      checkHealth();
      const line = `${JSON.stringify(event)}\n`;
      if (buffered + line.length > maxBufferedCharacters) {
        dropped += 1;
        return;
      }
      buffer.push(line);
      buffered += line.length;
      // Not held alive: a process that ends without `close` is not to wait for its telemetry.
      timer ??= setTimeout(() => void flush(), flushAfterMs).unref();
      if (buffered >= flushAtCharacters) void flush();
    },
    close: async () => {
      await flush();
      await file?.close();
      file = undefined;
      checkHealth();
      if (dropped > 0) throw new Error(`"${path}" was too slow: ${dropped} events were dropped.`);
    },
  };
}

async function openForAppend(path: string): Promise<FileHandle> {
  const { mkdir, open } = await import('node:fs/promises');
  await mkdir(process.getBuiltinModule('node:path').dirname(path), { recursive: true });
  const file = await open(path, 'a+');
  const { size } = await file.stat();
  if (size > 0) {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    // A line that a killed process left unfinished must not swallow the next one.
    if (buffer[0] !== 0x0a) await file.appendFile('\n');
  }
  return file;
}

function sinkError(path: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`"${path}" cannot be written: ${reason}`, { cause: error });
}
