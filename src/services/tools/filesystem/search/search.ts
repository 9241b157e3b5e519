import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { builtInAdapter, type ToolAdapter, type ToolEnvironment, type ToolSpecs } from '../../adapter.ts';
import { fail, invalidInput, quote } from '../../failures.ts';
import type { ToolOutcome } from '../../port.ts';
import { toFailure } from '../../system-error.ts';
import { askedBy, globArgument, ignoredBy } from '../globs.ts';
import { holdDirectory } from '../held.ts';
import { createScope, locate, requirePermission, scopeOfCall, type FilesystemScope } from '../scope.ts';
import { walk, type WalkDirectory } from '../walk.ts';
import { compileMatcher, type LineMatcher } from './line-matcher.ts';
import { realPathOf, searchFiles, type SearchedFile } from './search-files.ts';
import { LineMatch } from './search-text.ts';

const Input = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .max(1_000)
    .meta({ description: 'Text to look for in every line; with regex, a regular expression in the syntax of RE2.' }),
  regex: z.boolean().optional().meta({ description: 'Whether the pattern is a regular expression. Default: false.' }),
  case: z.enum(['sensitive', 'insensitive']).optional().meta({ description: 'Default: sensitive.' }),
  path: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .meta({ description: 'Directory or file to search. Default: the root of the tool.' }),
  glob: globArgument('Files to search'),
  context: z.int().min(0).max(20).optional().meta({ description: 'Lines to show before and after. Default: 0.' }),
  max_matches: z.int().min(1).max(10_000).optional().meta({ description: 'Stop after so many lines.' }),
});
type Input = z.infer<typeof Input>;

const Output = z.strictObject({
  root: z.string().meta({ description: 'The root that paths are relative to, as the manifest writes it.' }),
  matches: z.array(LineMatch),
  files: z.int().meta({ description: 'Files that were searched.' }),
  skipped: z
    .partialRecord(z.enum(['binary', 'too_large', 'unreadable', 'long_lines']), z.int())
    .meta({ description: 'Files that were not searched, or not to the end of their lines, by reason.' }),
  truncated: z.boolean().meta({ description: 'There is more than was searched or is given.' }),
});

const defaultMaxMatches = 200;
const defaultMaxFileBytes = 1_048_576;
const maxListed = 100_000;

interface Searching {
  readonly scope: FilesystemScope;
  readonly isIgnored: (shown: string) => boolean;
  readonly maxMatches: number;
  readonly maxFileBytes: number;
  readonly maxBytes: number;
}

export async function createSearchTool(
  spec: ToolSpecs['filesystem.search'],
  environment: ToolEnvironment,
): Promise<ToolAdapter> {
  const scope = await createScope(environment, spec.root);
  const searching: Searching = {
    scope,
    isIgnored: ignoredBy(spec.ignore, environment),
    maxMatches: spec.max_matches ?? defaultMaxMatches,
    maxFileBytes: spec.max_file_bytes ?? defaultMaxFileBytes,
    maxBytes: environment.maxOutputBytes,
  };
  return builtInAdapter({
    name: environment.name,
    description: spec.description ?? `Searches the text files below ${spec.root} for lines with a text.`,
    capabilities: ['deterministic_safe'],
    input: Input,
    output: Output,
    run: async (input, context) => {
      try {
        return await search({ ...searching, scope: scopeOfCall(scope, context) }, input, context.signal);
      } catch (error) {
        const failure = toFailure(error, `Tool "${scope.tool}" could not search ${quote(input.path ?? '.')}`);
        return { ok: false, failure };
      }
    },
    preview: async () => await Promise.resolve({ not_run: 'dry_run' }),
  });
}

async function search(searching: Searching, input: Input, signal: AbortSignal): Promise<ToolOutcome> {
  const { scope, maxFileBytes, maxBytes } = searching;
  const matcher = matcherOf(scope, input);
  const { files, isCut } = await filesOf(searching, input, signal);
  const maxMatches = Math.min(input.max_matches ?? searching.maxMatches, searching.maxMatches);
  const limits = { maxMatches, maxFileBytes, maxBytes, context: input.context ?? 0 };
  const found = await searchFiles({ scope, matcher, signal, ...limits }, files);
  const skipped = Object.fromEntries(Object.entries(found.skipped).filter(([, count]) => count > 0));
  const { matches, truncated } = found;
  const output = { root: scope.root.declared, matches, files: found.files, skipped, truncated: truncated || isCut };
  return { ok: true, output };
}

function matcherOf(scope: FilesystemScope, input: Input): LineMatcher {
  const { pattern, regex: isRegex = false } = input;
  const compiled = compileMatcher({ pattern, isRegex, ignoreCase: input.case === 'insensitive' });
  if (compiled.ok) return compiled.matcher;
  const message = `The pattern cannot be used: ${compiled.problem}.`;
  return fail(invalidInput(scope.tool, [{ path: '/pattern', rule: 'pattern', message }]));
}

interface Files {
  readonly files: readonly SearchedFile[];
  /** There are more than could be listed. */
  readonly isCut: boolean;
}

async function filesOf(searching: Searching, input: Input, signal: AbortSignal): Promise<Files> {
  const { scope } = searching;
  const asked = input.path ?? '.';
  const located = locate(scope, asked, 'read');
  const real = await realpath(located.absolute);
  requirePermission(scope, { access: 'read', path: real }, asked);
  if ((await lstat(real)).isFile()) return { files: [{ real, shown: located.relative }], isCut: false };
  const start: WalkDirectory = { real, shown: located.relative === '.' ? '' : located.relative };
  const found = await walk({
    open: async (directory) => {
      requirePermission(scope, { access: 'read', path: directory }, asked);
      return await holdDirectory(scope, { access: 'read', asked, path: directory });
    },
    start,
    maxDepth: Number.POSITIVE_INFINITY,
    maxEntries: maxListed,
    isIgnored: searching.isIgnored,
    isHidden: (place) => place === scope.policy.stateDirectory || path.basename(place) === '.git',
    matches: askedBy(scope, input.glob),
    signal,
    isSized: false,
  });
  const files = found.entries.flatMap(({ type, path: shown }) =>
    type === 'file' ? [{ shown, real: realPathOf(start, shown) }] : [],
  );
  return { files, isCut: found.truncated };
}
