import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Duplex } from 'node:stream';

const decoders: Readonly<Record<string, () => Duplex>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

export type ReadBody =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly problem: 'too_large' | 'encoding' | 'broken'; readonly cause?: unknown };

/** Packed bytes that unpack to nothing are an endless body too. */
const framingBytes = 65_536;

/** Reads and unpacks a body, and not one piece more than is allowed: what is unpacked counts. */
export async function readBody(message: Readable, encoding: string, maxBytes: number): Promise<ReadBody> {
  const name = encoding.trim().toLowerCase();
  const createDecoder = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (createDecoder === undefined) {
    if (name !== '' && name !== 'identity') return { ok: false, problem: 'encoding' };
    return await collect(message, maxBytes);
  }
  const decoder = createDecoder();
  let packed = 0;
  let isTooLong = false;
  message.on('data', (piece: Buffer) => {
    packed += piece.length;
    isTooLong = packed > maxBytes + framingBytes;
    if (isTooLong) decoder.destroy(new Error('The packed body is too long.'));
  });
  message.once('error', (error) => decoder.destroy(error));
  message.pipe(decoder);
  try {
    return await collect(decoder, maxBytes);
  } catch (error) {
    return { ok: false, problem: isTooLong ? 'too_large' : 'broken', cause: error };
  } finally {
    message.unpipe(decoder);
    decoder.destroy();
  }
}

async function collect(stream: Readable, maxBytes: number): Promise<ReadBody> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    if (bytes > maxBytes) return { ok: false, problem: 'too_large' };
    pieces.push(piece);
  }
  return { ok: true, body: Buffer.concat(pieces) };
}
