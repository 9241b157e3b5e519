import type { FileHandle } from 'node:fs/promises';

/** What is needed of a file for that. */
interface Appendable {
  write(bytes: Buffer, offset: number, length: number, position: null): Promise<{ readonly bytesWritten: number }>;
}

/** A file that is open for lines to be appended. */
export interface LogFile {
  readonly handle: FileHandle;
  readonly inode: number;
  size: number;
  /** Time of its first event, in milliseconds since the epoch; absent while it has none. */
  begunAt: number | undefined;
}

/** Makes the file, and directories on the way, if they are not there. A last line that was torn off is ended. */
export async function openLogFile(path: string): Promise<LogFile> {
  const { mkdir, open } = await import('node:fs/promises');
  await mkdir(process.getBuiltinModule('node:path').dirname(path), { recursive: true });
  const handle = await open(path, 'a+');
  try {
    let { ino: inode, size } = await handle.stat();
    if (size > 0) {
      const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
      // A line that a killed process left unfinished must not swallow the next one.
      if (buffer[0] !== 0x0a) {
        await handle.appendFile('\n');
        size += 1;
      }
    }
    return { handle, inode, size, begunAt: await firstTime(handle) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Appends whole lines by a single write: the system lets no other process come between. What was written in part, since the disk is
 * full, is no success.
 */
export async function appendLines({ handle }: { readonly handle: Appendable }, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, null);
  if (bytesWritten < bytes.length) throw new Error(`${bytesWritten} of ${bytes.length} bytes were written.`);
}

/** How large this file is, others may write to it, too; undefined when it lies no more at its path, since another process put it aside. */
export async function sizeAt(path: string, { inode }: LogFile): Promise<number | undefined> {
  const { stat } = await import('node:fs/promises');
  try {
    const { ino, size } = await stat(path);
    return ino === inode ? size : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** An event has its time near its beginning. */
async function firstTime(handle: FileHandle): Promise<number | undefined> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2_048), 0, 2_048, 0);
  const found = /"time":(?<time>\d+)/u.exec(buffer.toString('utf8', 0, bytesRead));
  return found?.groups?.['time'] === undefined ? undefined : Number(found.groups['time']);
}
