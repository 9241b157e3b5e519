import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EngineError, failureError } from '../../../errors/index.ts';
import { isInside } from '../../security/index.ts';
import { parseCassette, type CassetteCall } from './cassette.ts';
import { addJournal, appendLine, foldLater, journalLine } from './cassette-journal.ts';
import { versionOf, type FileVersion } from './file-version.ts';
import { indexCassette, type CassetteIndex, type WritableIndex } from './cassette-index.ts';

export interface CassetteFile {
  /** As manifests write it. */
  readonly name: string;
  /** What is in the file now; nothing when it is not there. */
  read(): CassetteIndex | undefined;
  /** Adds a call, or puts it in the place of the same call. It is in the file when this returns. */
  add(call: CassetteCall, takesTools: boolean): void;
}

/** What was read, and what the files were then. */
interface Known {
  readonly cassette: FileVersion | undefined;
  readonly journal: FileVersion | undefined;
  readonly index: WritableIndex;
  /** Not where another process began the journal: it may have died in the middle of a line. */
  readonly mayAppend: boolean;
}

/** Up to this size a cassette is written anew with each call; a larger one has a journal in between. */
const smallBytes = 2 * 1_024 * 1_024;

/**
 * Each call is written before its answer is used, so that a process that dies loses none. Reading and writing are one piece
 * of work that nothing else in the process can come between, also not another client of the same cassette.
 */
export function openCassetteFile(name: string, projectDirectory: string): CassetteFile {
  const file = path.join(projectDirectory, name);
  const journal = `${file}.journal`;
  let known: Known | undefined;

  const read = (): WritableIndex | undefined => {
    const now = { cassette: versionOf(file), journal: versionOf(journal) };
    if (known !== undefined && isSame(known.cassette, now.cassette) && isSame(known.journal, now.journal))
      return known.index;
    const text = textOf(file, name);
    if (text === undefined) return undefined;
    const index = indexCassette(parseCassette(text, name));
    addFrom(journal, index, name);
    known = { ...now, index, mayAppend: now.journal === undefined };
    return index;
  };
  const rewrite = (index: WritableIndex): void => {
    const fresh = `${file}.${process.pid}.tmp`;
    writeFileSync(fresh, Buffer.concat(index.text()), { flush: true });
    const cassette = versionOf(fresh);
    renameSync(fresh, file);
    rmSync(journal, { force: true });
    known = { cassette, journal: undefined, index, mayAppend: true };
  };
  const append = (line: string, before: Known): void => {
    const written = appendLine(journal, line, before.journal === undefined);
    known = { ...before, journal: written };
    foldLater(journal, () => {
      const index = versionOf(journal) === undefined ? undefined : read();
      if (index !== undefined) rewrite(index);
    });
  };
  return {
    name,
    read,
    add(call, takesTools) {
      const index = read() ?? indexCassette({ takesTools, calls: [] });
      const before = known;
      known = undefined; // until it is written
      try {
        index.add(call, takesTools);
        mkdirSync(path.dirname(file), { recursive: true });
        refuseOutside(path.dirname(file), projectDirectory);
        const line = journalLine(call, takesTools);
        if (before?.index === index && hasRoom(before, line)) append(line, before);
        else rewrite(index);
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

function isSame(one: FileVersion | undefined, other: FileVersion | undefined): boolean {
  return one?.id === other?.id && one?.size === other?.size;
}

/** A journal grows as large as its cassette, so that all that is ever written is a few times what is kept. */
function hasRoom({ cassette, journal, mayAppend }: Known, line: string): boolean {
  const size = cassette?.size ?? 0;
  return mayAppend && size > smallBytes && (journal?.size ?? 0) + line.length <= size;
}

function addFrom(journal: string, index: WritableIndex, name: string): void {
  try {
    addJournal(journal, index);
  } catch (cause) {
    throw new EngineError('MODEL_CASSETTE_INVALID', `The journal of the cassette "${name}" cannot be read.`, {
      hint: `Correct "${name}.journal", or take it away.`,
      cause,
    });
  }
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
