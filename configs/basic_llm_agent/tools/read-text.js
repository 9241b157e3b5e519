import { open, realpath } from 'node:fs/promises';
import path from 'node:path';

const maxFileBytes = 256 * 1_024;

/** The text of a file below `base`, and its size; undefined for links, for what is too large, gone, or no UTF-8. */
export async function readText(base, file) {
  const absolute = path.resolve(base, file);
  const isInside = absolute.startsWith(base + path.sep);
  if (!isInside || (await realpath(absolute).catch(() => undefined)) !== absolute) return undefined;
  const handle = await open(absolute, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > maxFileBytes) return undefined;
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile());
    return { text, bytes: stats.size };
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}
