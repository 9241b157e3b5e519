import picomatch from 'picomatch';
import { z } from 'zod';
import type { ToolEnvironment } from '../adapter.ts';
import { fail, invalidInput } from '../failures.ts';
import type { FilesystemScope } from './scope.ts';
import { compileGlob } from './simple-glob.ts';

/** Argument that narrows what a model asks for; `what` names that, such as "Files to search". */
export function globArgument(what: string): z.ZodOptional<z.ZodString> {
  return z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({
      description: `${what}, relative to the directory: * and ? in a name, ** for any directories, {a,b}.`,
      examples: ['**/*.ts'],
    });
}

/** Whether a path is asked for; without a glob every one is. Throws `tool.invalid_input` for a glob with too many alternatives. */
export function askedBy(scope: FilesystemScope, glob: string | undefined): (shown: string) => boolean {
  if (glob === undefined) return () => true;
  const matches = compileGlob(glob);
  if (matches !== undefined) return matches;
  const message = 'The glob has more than 64 alternatives.';
  return fail(invalidInput(scope.tool, [{ path: '/glob', rule: 'alternatives', message }]));
}

/** Whether a path is left out by the globs of a manifest. */
export function ignoredBy(
  globs: readonly string[] | undefined,
  { values }: ToolEnvironment,
): (shown: string) => boolean {
  const matches = picomatch((globs ?? []).map(values.resolve), { dot: true });
  // With "/x" a glob such as "node_modules/**" also leaves out the directory whose content it names.
  return (shown) => matches(shown) || matches(`${shown}/x`);
}
