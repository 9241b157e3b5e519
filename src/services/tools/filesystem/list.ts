import { realpath } from 'node:fs/promises';
import { z } from 'zod';
import { checkPermission } from '../../security/index.ts';
import { builtInAdapter, type ToolAdapter, type ToolEnvironment, type ToolSpecs } from '../adapter.ts';
import { quote } from '../failures.ts';
import type { ToolOutcome } from '../port.ts';
import { askedBy, globArgument, ignoredBy } from './globs.ts';
import { holdDirectory } from './held.ts';
import { createScope, locate, scopeOfCall, requirePermission, type FilesystemScope } from './scope.ts';
import { toFailure } from '../system-error.ts';
import { walk, WalkEntry } from './walk.ts';

const defaultMaxEntries = 1_000;

const Input = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(4_096)
    .optional()
    .meta({ description: 'Directory to list. Default: the root of the tool.' }),
  depth: z.int().min(1).max(100).optional().meta({ description: '1 lists the directory alone. Default: all levels.' }),
  glob: globArgument('Paths to list'),
});
type Input = z.infer<typeof Input>;

const Output = z.strictObject({
  root: z.string().meta({ description: 'The root that paths are relative to, as the manifest writes it.' }),
  entries: z.array(WalkEntry),
  truncated: z.boolean().meta({ description: 'More is there than could be listed.' }),
});

interface Listing {
  readonly scope: FilesystemScope;
  readonly isIgnored: (path: string) => boolean;
  readonly maxEntries: number;
}

export async function createListTool(
  spec: ToolSpecs['filesystem.list'],
  environment: ToolEnvironment,
): Promise<ToolAdapter> {
  const scope = await createScope(environment, spec.root);
  const listing: Listing = {
    scope,
    isIgnored: ignoredBy(spec.ignore, environment),
    maxEntries: spec.max_entries ?? defaultMaxEntries,
  };
  return builtInAdapter({
    name: environment.name,
    description: spec.description ?? `Lists files and directories below ${spec.root}.`,
    capabilities: ['deterministic_safe'],
    input: Input,
    output: Output,
    run: async (input, context) => {
      try {
        return await list({ ...listing, scope: scopeOfCall(scope, context) }, input, context.signal);
      } catch (error) {
        const failure = toFailure(error, `Tool "${scope.tool}" could not list ${quote(input.path ?? '.')}`);
        return { ok: false, failure };
      }
    },
    preview: async (input, context) => {
      await startOf(scopeOfCall(scope, context), input.path ?? '.');
      return { not_run: 'dry_run' };
    },
  });
}

async function list(listing: Listing, input: Input, signal: AbortSignal): Promise<ToolOutcome> {
  const { scope, isIgnored, maxEntries } = listing;
  const asked = input.path ?? '.';
  const matches = askedBy(scope, input.glob);
  const { real, relative } = await startOf(scope, asked);
  const found = await walk({
    open: async (path) => await holdDirectory(scope, { access: 'list', asked, path }),
    start: { real, shown: relative === '.' ? '' : relative },
    maxDepth: input.depth ?? Number.POSITIVE_INFINITY,
    maxEntries,
    isIgnored,
    isHidden: (path, isDirectory) => !mayShow(scope, path, isDirectory),
    matches,
    signal,
    isSized: true,
  });
  return { ok: true, output: { root: scope.root.declared, ...found } };
}

/** Where a listing begins; throws the denial of a directory that may not be listed. */
async function startOf(
  scope: FilesystemScope,
  asked: string,
): Promise<{ readonly real: string; readonly relative: string }> {
  const { absolute, relative } = locate(scope, asked, 'list');
  const real = await realpath(absolute);
  requirePermission(scope, { access: 'list', path: real }, asked);
  return { real, relative };
}

/** Names can tell as much as contents: those of files that may not be read are left out. */
function mayShow({ policy }: FilesystemScope, path: string, isDirectory: boolean): boolean {
  const access = isDirectory ? 'list' : 'read';
  return checkPermission({ kind: 'filesystem', access, path }, policy).allowed;
}
