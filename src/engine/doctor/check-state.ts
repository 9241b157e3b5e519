import { mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { isEngineError } from '../../errors/index.ts';
import { createSqliteTaskStore } from '../../services/index.ts';
import { isFile, stateFileIn } from '../project/state-directory.ts';
import type { Finding } from './finding.ts';

/** By the number that Linux gives a file system. */
const unsafePlaces: ReadonlyMap<number, string> = new Map([
  [0x0102_1994, 'is kept in memory, and tasks do not survive a restart of the machine'],
  [0x8584_58f6, 'is kept in memory, and tasks do not survive a restart of the machine'],
  [0x6969, 'is on a network file system (NFS), on which SQLite cannot lock safely'],
  [0x517b, 'is on a network file system (SMB), on which SQLite cannot lock safely'],
  [0xfe53_4d42, 'is on a network file system (SMB), on which SQLite cannot lock safely'],
  [0xff53_4d42, 'is on a network file system (SMB), on which SQLite cannot lock safely'],
]);
const leastFreeBytes = 100 * 1024 * 1024;

/** Whether tasks can be kept in a directory: a state file is made there for a moment, and the one that is there is opened. */
export async function checkState(directory: string): Promise<Finding> {
  const place = await nearestDirectory(directory);
  const fault = (await tryPlace(place)) ?? (await tryStateFile(directory));
  if (fault !== undefined) return { check: 'state', status: 'broken', ...fault };
  const doubt = await doubtAbout(place);
  if (doubt !== undefined)
    return { check: 'state', status: 'note', text: `The state directory "${directory}" ${doubt}.`, todo };
  return { check: 'state', status: 'ok', text: `Tasks can be kept in "${directory}": SQLite writes there and syncs.` };
}

const todo = 'Name a directory on a disk of this machine as engine.state_dir.';

interface Fault {
  readonly text: string;
  readonly todo: string;
}

/** The directory itself, or the one in which it would be made. A file in its place is found by writing below it. */
async function nearestDirectory(directory: string): Promise<string> {
  const isThere = await stat(directory).then(
    () => true,
    () => false,
  );
  const parent = path.dirname(directory);
  return isThere || parent === directory ? directory : nearestDirectory(parent);
}

async function tryPlace(place: string): Promise<Fault | undefined> {
  let probe: string;
  try {
    probe = await mkdtemp(path.join(place, '.agent-engine-doctor-'));
  } catch (error) {
    return {
      text: `The directory "${place}" cannot be written${codeOf(error)}.`,
      todo: 'Make it writable, or name another one as engine.state_dir.',
    };
  }
  try {
    return openAndClose(path.join(probe, 'state.sqlite'));
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

async function tryStateFile(directory: string): Promise<Fault | undefined> {
  const file = stateFileIn(directory);
  return (await isFile(file)) ? openAndClose(file) : undefined;
}

/** With durability "full" what is written is synced, which some file systems refuse. */
function openAndClose(file: string): Fault | undefined {
  try {
    createSqliteTaskStore({ file, durability: 'full' }).close();
    return undefined;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return { text: error.message, todo: error.hint ?? todo };
  }
}

async function doubtAbout(place: string): Promise<string | undefined> {
  const { type, bavail, bsize } = await statfs(place);
  const isFull = bavail * bsize < leastFreeBytes;
  return unsafePlaces.get(type) ?? (isFull ? 'has less than 100 MiB of free space' : undefined);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
}
