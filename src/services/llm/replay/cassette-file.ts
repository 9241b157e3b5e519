import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EngineError, failureError } from '../../../errors/index.ts';
import { isInside } from '../../security/index.ts';
import { parseCassette, type CassetteCall } from './cassette.ts';
import { indexCassette, type CassetteIndex, type WritableIndex } from './cassette-index.ts';

export interface CassetteFile {
  /** As manifests write it. */
  readonly name: string;
  /** What is in the file now; nothing when it is not there. */
  read(): CassetteIndex | undefined;
  /** Adds a call, or puts it in the place of the same call. It is in the file when this returns. */
  add(call: CassetteCall, takesTools: boolean): void;
}

/** What was read, and what the file was then: each writing makes a new file. */
interface Known {
  readonly version: string;
  readonly index: WritableIndex;
}

/**
 * Each call is written before its answer is used, so that a process that dies loses none. Reading and writing are one piece
 * of work that nothing else in the process can come between, also not another client of the same cassette.
 */
export function openCassetteFile(name: string, projectDirectory: string): CassetteFile {
  const file = path.join(projectDirectory, name);
  let known: Known | undefined;
  const read = (): WritableIndex | undefined => {
    const version = versionOf(file);
    if (known !== undefined && known.version === version) return known.index;
    const text = textOf(file, name);
    known = text === undefined ? undefined : { version, index: indexCassette(parseCassette(text, name)) };
    return known?.index;
  };
  return {
    name,
    read,
    add(call, takesTools) {
      const index = read() ?? indexCassette({ takesTools, calls: [] });
      known = undefined; // until it is written
      try {
        index.add(call, takesTools);
        mkdirSync(path.dirname(file), { recursive: true });
        refuseOutside(path.dirname(file), projectDirectory);
        const fresh = `${file}.${process.pid}.tmp`;
        writeFileSync(fresh, Buffer.concat(index.text()), { flush: true });
        const version = versionOf(fresh);
        renameSync(fresh, file);
        known = { version, index };
      } catch (cause) {
        throw failureError({
          code: 'config.invalid',
          message: `The cassette "${name}" cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
          hint: 'Check its folder, its permissions and the space on the disk, or set "record: never".',
        });
      }
    },
  };
}

/** Nothing that the change of a name would change. */
function versionOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
}

function textOf(file: string, name: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new EngineError('MODEL_CASSETTE_INVALID', `The cassette "${name}" cannot be opened.`, {
      hint: 'Check that it is a file and may be read.',
      cause,
    });
  }
}

/** A link must not lead the recording out of the project. */
function refuseOutside(directory: string, projectDirectory: string): void {
  if (isInside(realpathSync(projectDirectory), realpathSync(directory))) return;
  throw new Error(`"${directory}" leads out of the project.`);
}
