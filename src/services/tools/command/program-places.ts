import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from '../../security/index.ts';
import { isOfKernel, isOfSystem } from './sandbox.ts';

export interface ProgramSearch {
  /** The program that is started, as it was found. */
  readonly program: string;
  /** Entries of PATH. Those that are no directory are passed over. */
  readonly searchPath: readonly string[];
  /** Real paths that no place of programs may hold: it would lay them open. */
  readonly kept: readonly string[];
}

/**
 * Places outside of the system that a program needs in order to run: directories of programs, such as those of a Node of one's own,
 * and what lies beside them and is loaded by them; the program alone where its directory holds what is not for programs.
 */
export async function programPlaces({ program, searchPath, kept }: ProgramSearch): Promise<readonly string[]> {
  const real = await realpath(program).catch(() => program);
  const entries = [...searchPath, path.dirname(program), path.dirname(real)].map(normalized);
  const wanted = new Set(entries.filter((entry) => path.isAbsolute(entry)).flatMap(withBeside));
  const places = await Promise.all(Array.from(wanted, async (place) => ((await isUsable(place, kept)) ? [place] : [])));
  const directories = outermost(places.flat());
  const single = [program, real].filter((file) => ![...directories].some((place) => isInside(place, file)));
  return [...directories, ...new Set(single.filter((file) => !isOfSystem(file)))];
}

/** Without the slash that may stand at its end. */
function normalized(entry: string): string {
  return path.resolve(path.sep, entry);
}

function withBeside(entry: string): readonly string[] {
  const beside = path.dirname(entry);
  return [entry, ...['lib', 'libexec', 'include'].map((name) => path.join(beside, name))];
}

async function isUsable(place: string, kept: readonly string[]): Promise<boolean> {
  if (isOfSystem(place)) return false;
  try {
    const real = await realpath(place);
    const isOpen = [place, real].every((name) => !isTaken(name) && !kept.some((file) => isInside(name, file)));
    return isOpen && (await stat(real)).isDirectory();
  } catch {
    return false; // not there, a loop of links, or closed to this user
  }
}

function isTaken(place: string): boolean {
  return place === '/tmp' || place === path.sep || isOfKernel(place);
}

/** What lies in another one is seen there, unless it is a link that leads away, and then it cannot be put there. */
function outermost(places: readonly string[]): readonly string[] {
  return places.filter((place) => !places.some((other) => other !== place && isInside(other, place)));
}
