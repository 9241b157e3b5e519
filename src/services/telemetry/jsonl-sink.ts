import { withoutData } from './event-content.ts';
import type { EngineEvent } from './events.ts';
import { appendLines, openLogFile, sizeAt, type LogFile } from './log-file.ts';
import { rotateLog } from './rotate-log.ts';
import type { BatchSink } from './sink.ts';

/** How much of an event is written out. */
export type WrittenPayloads = 'full' | 'metadata' | 'none';

export interface JsonlSinkOptions {
  /** The file that lines are appended to; directories on the way are created. */
  readonly path: string;
  readonly payloads?: WrittenPayloads | undefined;
  /** With more bytes the file is put aside. Default: never. */
  readonly maxBytes?: number | undefined;
  /** With an event that is so much later than its first one the file is put aside. Default: never. */
  readonly maxAgeMs?: number | undefined;
  /** Files that were put aside and are kept. Default: 5. */
  readonly keep?: number | undefined;
  /** When the disk is waited for: after each write, once a second, or at the end. Default: close. */
  readonly fsync?: 'always' | 'interval' | 'close' | undefined;
}

const gatherMs = 100;
const syncEveryMs = 1_000;
const defaultKeep = 5;
/** Of lines that are appended at once: by so much a process can miss what others have appended since it looked at the file. */
const largestAppend = 262_144;

interface Log {
  readonly options: JsonlSinkOptions;
  file: LogFile | undefined;
  syncedAt: number;
}

/**
 * Appends one event a line. Several processes may share a file: lines are appended whole, by one write for several, and each sees when another one put the
 * file aside. Lines of a write that failed half-way may come twice.
 */
export function createJsonlSink(options: JsonlSinkOptions): BatchSink {
  const { path, payloads = 'metadata', fsync = 'close' } = options;
  const log: Log = { options, file: undefined, syncedAt: 0 };
  const lineOf = payloads === 'none' ? bareLine : wholeLine;
  return {
    name: `jsonl ${path}`,
    ...(payloads === 'full' && { payloads }),
    ...(fsync !== 'always' && { gatherMs }),
    async writeAll(events) {
      try {
        for (let at = 0; at < events.length;) at += await appendSome(log, events, { at, lineOf });
        await syncWhenDue(log);
      } catch (error) {
        await closeFile(log).catch(() => undefined); // what failed is opened anew: its last line may be torn
        throw logError(path, error);
      }
    },
    async close() {
      await log.file?.handle.datasync();
      await closeFile(log);
    },
  };
}

function wholeLine(event: EngineEvent): string {
  return `${JSON.stringify(event)}\n`;
}

function bareLine(event: EngineEvent): string {
  return `${JSON.stringify(withoutData(event))}\n`;
}

interface Rest {
  readonly at: number;
  readonly lineOf: (event: EngineEvent) => string;
}

/** Appends as many events as go into the file, at least one, and answers how many. */
async function appendSome(log: Log, events: readonly EngineEvent[], { at, lineOf }: Rest): Promise<number> {
  let file = await fileFor(log);
  let lines = linesFor(log, file, { events, at, lineOf });
  if (lines.length === 0) {
    await putAside(log, file);
    file = await fileFor(log);
    lines = linesFor(log, file, { events, at, lineOf });
  }
  const text = lines.join('');
  file.begunAt ??= events[at]?.time;
  await appendLines(file, text);
  return lines.length;
}

/** The next lines that go into the file; an empty file takes one however long it is. */
function linesFor(
  { options: { maxBytes, maxAgeMs } }: Log,
  file: LogFile,
  { events, at, lineOf }: Rest & { readonly events: readonly EngineEvent[] },
): readonly string[] {
  const rest = at === 0 ? events : events.slice(at);
  const bounds = { maxBytes: maxBytes ?? Infinity, maxAgeMs: maxAgeMs ?? Infinity };
  return linesWithin(bounds, file, { rest, lineOf });
}

function linesWithin(
  { maxBytes, maxAgeMs }: { readonly maxBytes: number; readonly maxAgeMs: number },
  { size, begunAt }: LogFile,
  { rest, lineOf }: { readonly rest: readonly EngineEvent[]; readonly lineOf: Rest['lineOf'] },
): readonly string[] {
  const lines: string[] = [];
  const since = begunAt ?? rest[0]?.time ?? 0;
  let bytes = 0;
  for (const event of rest) {
    const line = lineOf(event);
    bytes += Buffer.byteLength(line);
    if (bytes > largestAppend && lines.length > 0) break;
    const isTooMuch = size + bytes > maxBytes || event.time - since >= maxAgeMs;
    if (isTooMuch && (size > 0 || lines.length > 0)) break;
    lines.push(line);
  }
  return lines;
}

async function fileFor(log: Log): Promise<LogFile> {
  const { path } = log.options;
  if (log.file !== undefined) {
    const size = await sizeAt(path, log.file);
    if (size !== undefined) {
      log.file.size = size;
      if (size === 0) log.file.begunAt = undefined; // somebody emptied it
      return log.file;
    }
    await closeFile(log);
  }
  log.file = await openLogFile(path);
  return log.file;
}

async function putAside(log: Log, file: LogFile): Promise<void> {
  const { path, keep = defaultKeep } = log.options;
  await file.handle.datasync();
  await rotateLog(path, file, Math.max(1, keep));
  await closeFile(log);
}

async function closeFile(log: Log): Promise<void> {
  const { file } = log;
  log.file = undefined;
  await file?.handle.close();
}

async function syncWhenDue(log: Log): Promise<void> {
  const { fsync = 'close' } = log.options;
  if (fsync === 'close' || (fsync === 'interval' && performance.now() - log.syncedAt < syncEveryMs)) return;
  await log.file?.handle.datasync();
  log.syncedAt = performance.now();
}

function logError(path: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`"${path}" cannot be written: ${reason}`, { cause: error });
}
