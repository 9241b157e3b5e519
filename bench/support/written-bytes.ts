import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Bytes that this process has handed to the system to be written; undefined where the system does not say. */
export function writtenBytes(): number | undefined {
  if (!existsSync('/proc/self/io')) return undefined;
  const found = /^wchar: (\d+)$/mu.exec(readFileSync('/proc/self/io', 'utf8'));
  return found === null ? undefined : Number(found[1]);
}

/** Bytes of all files in a directory. */
export function keptBytes(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}
