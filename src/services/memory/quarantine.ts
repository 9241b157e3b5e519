/** Something damaged was put aside. */
export interface Quarantine {
  readonly file: string;
  /** What was damaged, as it was. */
  readonly copy: string;
  /** Half a sentence. */
  readonly problem: string;
  /** Items that could be saved. */
  readonly kept: number;
}

interface PutAsideOptions {
  readonly file: string;
  /** Epoch in milliseconds. */
  readonly now: () => number;
}

/** Has something kept under a name that is not taken: `keep` rejects with EEXIST where it is. */
export async function putAside(
  { file, now }: PutAsideOptions,
  keep: (from: string, to: string) => Promise<void>,
): Promise<string> {
  const time = new Date(now()).toISOString().replaceAll(':', '-');
  for (let count = 1; ; count += 1) {
    const copy = `${file}.corrupt-${time}${count === 1 ? '' : `-${count}`}`;
    try {
      await keep(file, copy);
      return copy;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/** Byte by byte. */
export async function copyWhole(from: string, to: string): Promise<void> {
  const { constants, copyFile } = await import('node:fs/promises');
  await copyFile(from, to, constants.COPYFILE_EXCL);
}
