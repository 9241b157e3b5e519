import type { FileHandle } from 'node:fs/promises';
import { chainStart, readEntry, sha256, type ChainEnd } from './chain.ts';

/** How an audit log ends, as the next writer finds it. */
export interface LogEnd {
  readonly end: ChainEnd;
  readonly size: number;
  /** What stands behind the last line end: a writer was killed in the middle of it. */
  readonly torn?: { readonly bytes: number; readonly sha256: string; readonly isWhole: boolean };
}

const firstBytes = 65_536;
const lineEnd = 0x0a;

/** Reads a log from behind, as far as its last entry that is sound: what is damaged before it is for `verify` to find. */
export async function readLogEnd(file: FileHandle): Promise<LogEnd> {
  const { size } = await file.stat();
  let length = Math.min(size, firstBytes);
  for (;;) {
    const bytes = await readBytes(file, size - length, length);
    const found = endIn(bytes, length === size);
    if (found !== undefined) return { ...found, size };
    length = Math.min(size, length * 4);
  }
}

/** Undefined when more has to be read. */
function endIn(bytes: Buffer, isAll: boolean): Omit<LogEnd, 'size'> | undefined {
  const cut = bytes.lastIndexOf(lineEnd) + 1;
  if (cut === 0 && !isAll) return undefined;
  const rest = bytes.subarray(cut);
  const whole = rest.length === 0 ? undefined : readEntry(rest.toString());
  const torn = { bytes: rest.length, sha256: sha256(rest), isWhole: whole !== undefined };
  const lines = bytes.subarray(0, cut).toString().split('\n');
  // Where not all was read, the first line may be half of one.
  const entries = lines.slice(isAll ? 0 : 1).toReversed();
  const end = whole ?? firstOf(entries) ?? (isAll ? chainStart : undefined);
  if (end === undefined) return undefined;
  return { end: { n: end.n, hash: end.hash }, ...(rest.length > 0 && { torn }) };
}

function firstOf(lines: readonly string[]): ChainEnd | undefined {
  for (const line of lines) {
    const entry = line === '' ? undefined : readEntry(line);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** Fewer than `length` where the file ends. */
export async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
