import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { CassetteCall } from './cassette.ts';
import type { WritableIndex } from './cassette-index.ts';
import { versionOf, type FileVersion } from './file-version.ts';

const Line = z.strictObject({ takes_tools: z.boolean(), call: CassetteCall });

/** A line of the journal of a cassette: a call that is not in the cassette itself yet. */
export function journalLine(call: CassetteCall, takesTools: boolean): string {
  return `${JSON.stringify({ takes_tools: takesTools, call })}\n`;
}

/** Adds the calls of a journal to those of its cassette. What a process began to write as it died was never used. */
export function addJournal(journal: string, index: WritableIndex): void {
  if (versionOf(journal) === undefined) return;
  const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
  for (const line of lines) {
    const { call, takes_tools: takesTools } = Line.parse(JSON.parse(line));
    index.add(call, takesTools);
  }
}

/** The line is on disk when this returns. The first one must not be written where a link leads. */
export function appendLine(journal: string, line: string, isFirst: boolean): FileVersion {
  const descriptor = openSync(journal, isFirst ? 'ax' : 'a');
  try {
    writeFileSync(descriptor, line);
    fsyncSync(descriptor);
    const { ino, size, mtimeNs } = fstatSync(descriptor, { bigint: true });
    return { id: `${ino} ${mtimeNs}`, size: Number(size) };
  } finally {
    closeSync(descriptor);
  }
}

const idleMs = 2_000;
const unfolded = new Map<string, () => void>();
let isHooked = false;
let timer: NodeJS.Timeout | undefined;

/** Folds journals into their cassettes once nothing is recorded for a while, and when the process ends. */
export function foldLater(journal: string, fold: () => void): void {
  unfolded.set(journal, fold);
  clearTimeout(timer);
  timer = setTimeout(foldAll, idleMs).unref();
  if (!isHooked) process.once('exit', foldAll);
  isHooked = true;
}

function foldAll(): void {
  for (const [journal, fold] of unfolded) {
    unfolded.delete(journal);
    try {
      fold();
    } catch {
      continue; // the journal is as good as the cassette, and is folded the next time
    }
  }
}
