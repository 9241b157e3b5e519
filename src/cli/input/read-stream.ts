import type { Readable } from 'node:stream';

export interface ReadLimits {
  readonly maxBytes: number;
  /** How long to wait for the first byte. Default: for ever. */
  readonly firstByteMs?: number;
}

/** Everything a stream gives; undefined when nothing came in time; 'too_large' as soon as it is more than the limit. */
export async function readAll(stream: Readable, limits: ReadLimits): Promise<Buffer | 'too_large' | undefined> {
  const iterator: AsyncIterator<Buffer | string> = stream[Symbol.asyncIterator]();
  const pieces: Buffer[] = [];
  let bytes = 0;
  let next = await firstPiece(iterator, limits.firstByteMs);
  if (next === 'nothing') {
    stream.destroy(); // else the pending read would keep the process alive
    return undefined;
  }
  while (next.done !== true) {
    const piece = Buffer.from(next.value);
    bytes += piece.length;
    if (bytes > limits.maxBytes) {
      stream.destroy();
      return 'too_large';
    }
    pieces.push(piece);
    next = await iterator.next();
  }
  return Buffer.concat(pieces);
}

async function firstPiece<Piece>(
  iterator: AsyncIterator<Piece>,
  waitMs: number | undefined,
): Promise<IteratorResult<Piece> | 'nothing'> {
  const first = iterator.next();
  if (waitMs === undefined) return first;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'nothing'>((resolve) => {
    timer = setTimeout(() => resolve('nothing'), waitMs);
  });
  try {
    return await Promise.race([first, tooLate]);
  } finally {
    clearTimeout(timer);
    first.catch(() => undefined); // what comes of it after the stream was left is of no interest
  }
}
