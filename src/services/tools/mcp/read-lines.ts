import type { Readable } from 'node:stream';

export interface LineReader {
  line(line: string): void;
  /** Told once; nothing more is read. */
  tooLong(): void;
}

/** Tells of each line of a stream that is not blank. No more than one line is kept in memory. */
export function readLines(stream: Readable, maxBytes: number, reader: LineReader): void {
  let parts: Buffer[] = [];
  let size = 0;
  const end = (): void => {
    stream.off('data', read);
    stream.resume(); // what nobody reads would hold up the writer, and with it its end
    parts = [];
    reader.tooLong();
  };
  const read = (chunk: Buffer): void => {
    let from = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, at));
      if (size + at - from > maxBytes) return end();
      const line = Buffer.concat(parts).toString('utf8').trim();
      parts = [];
      size = 0;
      from = at + 1;
      if (line !== '') reader.line(line);
    }
    size += chunk.length - from;
    if (size > maxBytes) return end();
    parts.push(chunk.subarray(from));
  };
  stream.on('data', read);
  stream.on('error', () => undefined);
}
