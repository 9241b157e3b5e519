import type { FileHandle } from 'node:fs/promises';
import { isEngineError } from '../../errors/index.ts';
import { withFileLock } from '../memory/file-lock.ts';
import type { EngineEvent } from '../telemetry/index.ts';
import { nextLine, type AuditFact, type ChainEnd } from './chain.ts';
import { readBytes, readLogEnd, type LogEnd } from './log-end.ts';

/** The file as a writer left it. */
export interface LeftBehind extends ChainEnd {
  readonly size: number;
  /** Its last line, with the line end. */
  readonly line: string;
}

interface Batch {
  readonly path: string;
  readonly left: LeftBehind | undefined;
  readonly events: readonly EngineEvent[];
  /** Whether the disk is waited for. */
  readonly isSynced: boolean;
}

/** Adds entries behind what is in the file now, whoever wrote it, while nobody else can. */
export async function appendEntries({ path, left, events, isSynced }: Batch): Promise<LeftBehind> {
  const { mkdir, open } = await import('node:fs/promises');
  await mkdir(process.getBuiltinModule('node:path').dirname(path), { recursive: true });
  return locked(path, async () => {
    const file = await open(path, 'a+', 0o600);
    try {
      const found = await readLogEnd(file);
      const added = linesOf(found, [...tornOff(found), ...(await cutOff(file, left)), ...events]);
      await file.appendFile(added.text);
      if (isSynced) await file.datasync();
      return { ...added.end, line: added.line, size: found.size + Buffer.byteLength(added.text) };
    } finally {
      await file.close();
    }
  });
}

export async function syncFile(path: string): Promise<void> {
  const { open } = await import('node:fs/promises');
  const file = await open(path, 'a');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await withFileLock(path, work);
  } catch (error) {
    if (!isEngineError(error) || error.code !== 'MEMORY_STORE_UNWRITABLE') throw error;
    throw new Error('another process keeps it busy', { cause: error });
  }
}

interface Added {
  readonly text: string;
  readonly line: string;
  readonly end: ChainEnd;
}

function linesOf({ end, torn }: LogEnd, facts: readonly AuditFact[]): Added {
  // What was torn off stays where it is: nothing is ever taken out of the file.
  let added: Added = { text: torn === undefined ? '' : '\n', line: '', end };
  for (const fact of facts) {
    const next = nextLine(added.end, fact);
    const line = `${next.line}\n`;
    added = { text: added.text + line, line, end: next.end };
  }
  return added;
}

/** A line that its writer did not bring to an end, as happens when it is killed. */
function tornOff({ torn }: LogEnd): readonly AuditFact[] {
  if (torn === undefined || torn.isWhole) return [];
  return [{ time: Date.now(), type: 'audit.torn', data: { bytes: torn.bytes, sha256: torn.sha256 } }];
}

/** What this writer wrote is there no more. */
async function cutOff(file: FileHandle, left: LeftBehind | undefined): Promise<readonly AuditFact[]> {
  if (left === undefined) return [];
  const length = Buffer.byteLength(left.line);
  const present = await readBytes(file, left.size - length, length);
  if (present.toString() === left.line) return [];
  return [{ time: Date.now(), type: 'audit.cut', data: { n: left.n, hash: left.hash } }];
}
