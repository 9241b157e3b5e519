import { withoutData } from './event-content.ts';
import { eventLine, type LineEvent } from './event-line.ts';
import type { WrittenPayloads } from './jsonl-sink.ts';
import type { BatchSink } from './sink.ts';

export interface StdoutSinkOptions {
  /** Lines for people, or one JSON event a line. Default: pretty. */
  readonly format?: 'pretty' | 'ndjson' | undefined;
  readonly payloads?: WrittenPayloads | undefined;
  /** Where to print. */
  readonly output: PrintStream;
}

/** The part of a writable stream that is needed: the callback says that there is room for more. */
export interface PrintStream {
  write(text: string, onDone: (error?: Error | null) => void): unknown;
  /** A stream that breaks without a listener ends the process. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** Prints events. Waits for who reads them: what is too much meanwhile stays in its buffer. */
export function createStdoutSink({ format = 'pretty', payloads = 'metadata', output }: StdoutSinkOptions): BatchSink {
  const lineOf = lineFor(format);
  output.on('error', ignore);
  return {
    name: 'stdout',
    ...(payloads === 'full' && { payloads }),
    writeAll: (events) =>
      new Promise((resolve, reject) => {
        const told = payloads === 'none' ? events.map((event) => withoutData(event)) : events;
        const text = told.map((event) => `${lineOf(event)}\n`).join('');
        output.write(text, (error) => (error === undefined || error === null ? resolve() : reject(error)));
      }),
    close: () => void output.off('error', ignore),
  };
}

/** The callback of the write has it, too. */
function ignore(): void {
  // A stream that breaks without a listener ends the process.
}

function lineFor(format: 'pretty' | 'ndjson'): (event: LineEvent) => string {
  return format === 'pretty' ? eventLine : (event) => JSON.stringify(event);
}
