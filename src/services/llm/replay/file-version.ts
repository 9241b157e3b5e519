import { statSync } from 'node:fs';

/** What a file was at a moment: another content has another id, another name has not. */
export interface FileVersion {
  readonly id: string;
  readonly size: number;
}

/** Nothing for a file that is not there. */
export function versionOf(file: string): FileVersion | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats && { id: `${stats.ino} ${stats.mtimeNs}`, size: Number(stats.size) };
}
