import { withFileLock } from '../memory/file-lock.ts';
import { sizeAt, type LogFile } from './log-file.ts';

/** Names of files that were put aside: `events.jsonl.1` is the newest. */
export function asideName(path: string, number: number): string {
  return `${path}.${number}`;
}

/**
 * Puts a full log aside, and the older ones one number further; the last of those that are kept goes. Does nothing when another
 * process has done so meanwhile.
 */
export async function rotateLog(path: string, file: LogFile, keep: number): Promise<void> {
  const { rename } = await import('node:fs/promises');
  await withFileLock(path, async () => {
    if ((await sizeAt(path, file)) === undefined) return;
    for (let number = keep - 1; number >= 1; number -= 1) {
      await unlessMissing(rename(asideName(path, number), asideName(path, number + 1)));
    }
    await unlessMissing(rename(path, asideName(path, 1)));
  });
}

async function unlessMissing(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
