import type { Readable } from 'node:stream';

/** What a command printed, up to a limit for both streams together. */
export interface CapturedOutput {
  stdout(): string;
  stderr(): string;
  isOverLimit(): boolean;
}

interface Streams {
  readonly stdout: Readable;
  readonly stderr: Readable;
}

export function captureOutput(streams: Streams, maxBytes: number, onOverLimit: () => void): CapturedOutput {
  const chunks: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] };
  let left = maxBytes;
  let isOverLimit = false;
  const capture = (name: keyof typeof chunks): void => {
    streams[name].on('data', (chunk: Buffer) => {
      chunks[name].push(chunk.subarray(0, Math.max(left, 0)));
      left -= chunk.length;
      if (left >= 0 || isOverLimit) return;
      isOverLimit = true;
      onOverLimit();
    });
    // A pipe that breaks ends the output; how the command ended tells the rest.
    streams[name].on('error', () => undefined);
  };
  capture('stdout');
  capture('stderr');
  return {
    stdout: () => Buffer.concat(chunks.stdout).toString('utf8'),
    stderr: () => Buffer.concat(chunks.stderr).toString('utf8'),
    isOverLimit: () => isOverLimit,
  };
}
