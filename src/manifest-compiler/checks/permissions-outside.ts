import picomatch from 'picomatch';
import type { ProblemPath } from '../../errors/index.ts';
import {
  matchesCommand,
  readCommandPattern,
  splitGlob,
  takesOutsideValue,
  type PermissionsSpec,
} from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import { isInside, permittedInWords } from './permitted.ts';

/** What a level asks for and the one above does not permit. */
export interface PermissionOutside {
  /** From the permissions of the level on. */
  readonly path: ProblemPath;
  /** Part of a sentence: ""./a" of filesystem.write lies outside, and only "./b" is permitted". */
  readonly reason: string;
}

interface PermissionList {
  readonly path: readonly string[];
  readonly of: (permissions: PermissionsSpec) => readonly string[] | undefined;
  /** Compares what is written. True where that does not tell. */
  readonly isInside: (lower: string, upper: string) => boolean;
}

/** All lists of permissions in which a level names what it may. What it may not is no list to go beyond. */
const lists: readonly PermissionList[] = [
  { path: ['filesystem', 'read'], of: ({ filesystem }) => filesystem?.read, isInside: isPathInside },
  { path: ['filesystem', 'write'], of: ({ filesystem }) => filesystem?.write, isInside: isPathInside },
  { path: ['commands', 'allow'], of: ({ commands }) => commands?.allow, isInside: isCommandInside },
  { path: ['network', 'allow'], of: ({ network }) => network?.allow, isInside: isHostInside },
];

/** Everything in the permissions of a level that the level above does not hold. */
export function permissionsOutside(lower: PermissionsSpec, upper: PermissionsSpec): readonly PermissionOutside[] {
  return lists.flatMap(({ path, of, isInside: holds }) => {
    const permitted = of(upper) ?? [];
    return (of(lower) ?? []).flatMap((written, index) => {
      if (takesOutsideValue(written) || permitted.some((above) => takesOutsideValue(above) || holds(written, above))) {
        return [];
      }
      const reason = `${quote(written)} of ${path.join('.')} lies outside, and the engine permits ${permittedInWords(permitted)}`;
      return [{ path: [...path, index], reason }];
    });
  });
}

/** A glob holds itself and plain paths that it matches; more is not asked of it. */
function isPathInside(lower: string, upper: string): boolean {
  const above = splitGlob(upper);
  const { directory } = splitGlob(lower);
  if (above.glob === undefined || above.glob === '**' || above.glob === '**/*')
    return isInside(directory, [above.directory]);
  return lower === upper || picomatch(upper, { dot: true, nonegate: true, literalBrackets: true })(lower);
}

function isCommandInside(lower: string, upper: string): boolean {
  const [asked, above] = [readCommandPattern(lower), readCommandPattern(upper)];
  if (!asked.ok || !above.ok) return true; // reported by itself
  return (above.pattern.anyRest || !asked.pattern.anyRest) && matchesCommand(asked.pattern.words, above.pattern);
}

/** "*" stands for any names; an address without a port for all of them. */
function isHostInside(lower: string, upper: string): boolean {
  const host = lower.replace(/:\d+$/u, '');
  return [lower, host].some((asked) => picomatch(upper, { bash: true, nonegate: true })(asked));
}
