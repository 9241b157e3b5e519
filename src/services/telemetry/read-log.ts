import type { FileHandle } from 'node:fs/promises';
import { asideName } from './rotate-log.ts';

export interface ReadLogOptions {
  /** Whether to wait for more at the end, until the signal stops it. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** Waits before it is looked for more. Rejects or resolves when the signal stops it. */
  readonly pause: () => Promise<void>;
  /** Called when files may have gone before they were read. */
  readonly onGap?: () => void;
}

/**
 * Lines of a log and of the files that were put aside, the oldest first. A line that is half written is waited for, and left out
 * at the end. Follows the log when it is put aside meanwhile, and from its beginning
 * when it is emptied.
 */
export async function* readLog(path: string, { follow, signal, pause, onGap }: ReadLogOptions): AsyncGenerator<string> {
  let read = new Set<number>();
  let last: number | undefined;
  for (;;) {
    const found = await filesOf(path);
    const inodes = new Set(found.map(({ inode }) => inode));
    if (hasGap(last, inodes)) onGap?.();
    last = undefined;
    // Numbers of files are given anew by the system: one that is gone may come back as another.
    read = new Set([...read].filter((inode) => inodes.has(inode)));
    for (const { name, inode } of found) {
      if (read.has(inode)) continue;
      const isLast = name === path;
      yield* linesIn(name, { isFollowed: isLast && follow, inode, path, signal, pause, onGap });
      read.add(inode);
      last = inode;
    }
    if (!follow || signal.aborted) return;
    if (found.at(-1)?.name !== path) await pause();
    if (signal.aborted) return;
  }
}

/** What came behind the file that was read last is there as long as that one is: the oldest goes first. */
function hasGap(last: number | undefined, inodes: ReadonlySet<number>): boolean {
  return last !== undefined && !inodes.has(last);
}

interface LogPart {
  readonly name: string;
  readonly inode: number;
}

/** The files that are there, the oldest first. */
async function filesOf(path: string): Promise<readonly LogPart[]> {
  const { readdir, stat } = await import('node:fs/promises');
  const { dir, base: name } = process.getBuiltinModule('node:path').parse(path);
  const base = `${name}.`;
  const names = await readdir(dir).catch(() => []);
  const numbers = names.flatMap((found) => {
    const number = found.startsWith(base) ? Number(found.slice(base.length)) : Number.NaN;
    return Number.isSafeInteger(number) && number > 0 ? [number] : [];
  });
  const inOrder = [...numbers.toSorted((one, other) => other - one).map((number) => asideName(path, number)), path];
  const parts: LogPart[] = [];
  for (const each of inOrder) {
    const found = await stat(each).catch(() => undefined);
    if (found !== undefined && !parts.some(({ inode }) => inode === found.ino))
      parts.push({ name: each, inode: found.ino });
  }
  return parts;
}

interface PartOptions extends Pick<ReadLogOptions, 'signal' | 'pause'> {
  readonly onGap: ReadLogOptions['onGap'] | undefined;
  readonly isFollowed: boolean;
  readonly inode: number;
  readonly path: string;
}

async function* linesIn(name: string, options: PartOptions): AsyncGenerator<string> {
  const { open } = await import('node:fs/promises');
  const file = await open(name, 'r').catch(() => undefined);
  if (file === undefined) return;
  try {
    // Between listing and opening it may have been put aside, and another one be in its place.
    if ((await file.stat()).ino === options.inode) yield* linesOf(file, options);
  } finally {
    await file.close();
  }
}

async function* linesOf(
  file: FileHandle,
  { isFollowed, inode, path, signal, pause, onGap }: PartOptions,
): AsyncGenerator<string> {
  const buffer = Buffer.alloc(65_536);
  let decoder = new TextDecoder();
  let rest = '';
  let position = 0;
  for (;;) {
    // Asked before reading: what was written until it was put aside is read then.
    const isCurrent = isFollowed && (await isAt(path, inode));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
    position += bytesRead;
    const lines = (rest + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (bytesRead > 0) continue;
    if (!isCurrent || signal.aborted) return;
    if ((await file.stat()).size < position) {
      onGap?.(); // what came last may not have been read
      [position, rest, decoder] = [0, '', new TextDecoder()];
    } else await pause();
  }
}

async function isAt(path: string, inode: number): Promise<boolean> {
  const { stat } = await import('node:fs/promises');
  const found = await stat(path).catch(() => undefined);
  return found?.ino === inode;
}
