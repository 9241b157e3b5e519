import { pathToFileURL } from 'node:url';

/** A module may wait at its top level; one that waits for ever must not hold up the start for ever. */
const loadLimitMs = 30_000;

/** What a file of the project exports. Rejects with what its code throws, and after 30 seconds with what `tooLate` makes of the reason. */
export async function importModule(
  file: string,
  tooLate: (reason: string) => Error,
): Promise<Readonly<Record<string, unknown>>> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tooLate(`was not loaded after ${loadLimitMs / 1_000} seconds`)), loadLimitMs);
  });
  const imported: Promise<unknown> = import(pathToFileURL(file).href);
  try {
    const exported = await Promise.race([imported, limit]);
    return { ...(typeof exported === 'object' ? exported : {}) };
  } finally {
    clearTimeout(timer);
  }
}
