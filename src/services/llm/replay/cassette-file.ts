import { mkdirSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EngineError, failureError } from '../../../errors/index.ts';
import { isInside } from '../../security/index.ts';
import { formatCassette, isSameCall, parseCassette, type Cassette, type CassetteCall } from './cassette.ts';

export interface CassetteFile {
  /** As manifests write it. */
  readonly name: string;
  /** What is in the file now; nothing when it is not there. */
  read(): Cassette | undefined;
  /** Adds a call, or puts it in the place of the same call. It is in the file when this returns. */
  add(call: CassetteCall, takesTools: boolean): void;
}

/**
 * Each call is written before its answer is used, so that a process that dies loses none. Reading and writing are one piece
 * of work that nothing else in the process can come between, also not another client of the same cassette.
 */
export function openCassetteFile(name: string, projectDirectory: string): CassetteFile {
  const file = path.join(projectDirectory, name);
  const read = (): Cassette | undefined => {
    const text = textOf(file, name);
    return text === undefined ? undefined : parseCassette(text, name);
  };
  return {
    name,
    read,
    add(call, takesTools) {
      const others = (read()?.calls ?? []).filter((each) => !isSameCall(each, call));
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        refuseOutside(path.dirname(file), projectDirectory);
        const fresh = `${file}.${process.pid}.tmp`;
        writeFileSync(fresh, formatCassette({ takesTools, calls: [...others, call] }), { flush: true });
        renameSync(fresh, file);
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
