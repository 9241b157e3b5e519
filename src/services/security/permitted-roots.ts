import { isInside } from './inside.ts';
import type { PermissionPolicy } from './policy.ts';

/**
 * The directories that every level permits as a whole: where lists name one inside the other, the inner one. What is permitted by
 * a glob is in none of them, since a part of a directory is no directory.
 */
export function permittedRoots({ levels }: PermissionPolicy, right: 'read' | 'write'): readonly string[] {
  let roots: readonly string[] | undefined;
  for (const { rules } of levels) {
    const list = rules.filesystem?.[right];
    if (list === undefined) continue;
    const own = list.paths.flatMap(({ path, matches }) => (matches === undefined ? [path] : []));
    roots = roots === undefined ? own : roots.flatMap((root) => own.flatMap((other) => innerOf(root, other) ?? []));
  }
  return [...new Set(roots)];
}

function innerOf(one: string, other: string): string | undefined {
  if (isInside(one, other)) return other;
  return isInside(other, one) ? one : undefined;
}
