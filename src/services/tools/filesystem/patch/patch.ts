import { z } from 'zod';
import { builtInAdapter, type ToolAdapter, type ToolEnvironment, type ToolSpecs } from '../../adapter.ts';
import { fail, heldMark, loneSurrogate, notFound, outputLimit, quote, toolFailed } from '../../failures.ts';
import type { JsonValue } from '../../json-value.ts';
import type { ChangeRecorder, ToolOutcome } from '../../port.ts';
import { toFailure } from '../../system-error.ts';
import { FilePath } from '../path-argument.ts';
import { isWhole, putContent } from '../put-content.ts';
import { hashOf, lookAt, type Present } from '../replace-file.ts';
import { createScope, locate, scopeOfCall, type FilesystemScope } from '../scope.ts';
import { createWorkspaceFiles } from '../workspace-files.ts';
import { openPlace, type WritePlace } from '../write-place.ts';
import { editDiff } from './edit-diff.ts';
import { editFailure } from './edit-failures.ts';
import { Edit, withLineEndsOf } from './edit.ts';
import { applyEdits, findEdits, lengthAfter, type Replacement } from './find-edits.ts';

const Input = z.strictObject({
  path: FilePath,
  edits: z
    .array(Edit)
    .min(1)
    .max(200)
    .meta({ description: 'All are made or none. Each is looked for in the file as it is before any of them.' }),
  before_hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/u)
    .optional()
    .meta({ description: 'sha256 of the file, in hexadecimal. Nothing is changed when the file is another one.' }),
});
type Input = z.infer<typeof Input>;

const Output = z.strictObject({
  path: z.string(),
  bytes: z.int(),
  replacements: z.int().meta({ description: 'Passages that were replaced.' }),
  before_hash: z.string().meta({ description: 'sha256 of the file as it was.' }),
  after_hash: z.string().meta({ description: 'sha256 of the file as it is now.' }),
});
type Output = z.infer<typeof Output>;

interface Patching {
  readonly scope: FilesystemScope;
  readonly environment: ToolEnvironment;
  readonly input: Input;
  readonly signal: AbortSignal;
  readonly changes?: ChangeRecorder;
}

export async function createPatchTool(
  spec: ToolSpecs['filesystem.patch'],
  environment: ToolEnvironment,
): Promise<ToolAdapter> {
  const toolScope = await createScope(environment, spec.root);
  return builtInAdapter({
    name: environment.name,
    description: spec.description ?? `Replaces passages of a text file below ${spec.root}.`,
    capabilities: ['workspace_mutation'],
    input: Input,
    output: Output,
    files: createWorkspaceFiles(toolScope, environment),
    run: async (input, context) => {
      const { signal, changes } = context;
      const scope = scopeOfCall(toolScope, context);
      try {
        return await patch({ scope, environment, input, signal, ...(changes !== undefined && { changes }) });
      } catch (error) {
        return { ok: false, failure: toFailure(error, `Tool "${scope.tool}" could not change ${quote(input.path)}`) };
      }
    },
    preview: async (input, context) => {
      const { signal } = context;
      const scope = scopeOfCall(toolScope, context);
      try {
        return await at({ scope, environment, input, signal }, previewAt);
      } catch (error) {
        return fail(toFailure(error, `Tool "${scope.tool}" could not look at ${quote(input.path)}`));
      }
    },
  });
}

async function patch(patching: Patching): Promise<ToolOutcome> {
  const { absolute } = locate(patching.scope, patching.input.path, 'write');
  return await patching.environment.serialize(absolute, async () => {
    patching.signal.throwIfAborted();
    return await at(patching, patchAt);
  });
}

/** What a failure tells of the file may be told to those alone who may read it. */
async function at<Result>(
  patching: Patching,
  work: (patching: Patching, place: WritePlace) => Promise<Result>,
): Promise<Result> {
  const { scope, input } = patching;
  locate(scope, input.path, 'read');
  const place = await openPlace(scope, input.path, false);
  if ('missing' in place) return fail(missing(patching));
  try {
    return await work(patching, place);
  } finally {
    await place.directory.handle.close();
  }
}

async function patchAt(patching: Patching, place: WritePlace): Promise<ToolOutcome> {
  const { scope, signal } = patching;
  const { before, content, output } = await edited(patching, place);
  const lastCheck = async (): Promise<void> => {
    const now = await lookAt(scope, place, { signal, maxStartBytes: 0 });
    if (now?.hash !== before.hash) fail(changedMeanwhile(patching));
  };
  const changes = await putContent({ ...patching, tool: scope.tool }, place, { content, before, lastCheck });
  return { ok: true, output, ...(changes.length > 0 && { changes }) };
}

async function previewAt(patching: Patching, place: WritePlace): Promise<JsonValue> {
  const { text, replacements, output } = await edited(patching, place);
  const { path, ...rest } = output;
  return { not_run: 'dry_run', would_change: path, ...rest, ...editDiff(text, replacements) };
}

interface Edited {
  readonly before: Present;
  readonly text: string;
  readonly replacements: readonly Replacement[];
  readonly content: Buffer;
  readonly output: Output;
}

/** The file and what the edits make of it. Throws the failure of edits that cannot be made. */
async function edited(patching: Patching, place: WritePlace): Promise<Edited> {
  const { scope, environment, input, signal } = patching;
  const { maxOutputBytes } = environment;
  const before = await lookAt(scope, place, { signal, maxStartBytes: maxOutputBytes, maxBytes: maxOutputBytes });
  if (before === undefined) return fail(missing(patching));
  if (!isWhole(before)) return fail(changedMeanwhile(patching));
  if (input.before_hash !== undefined && input.before_hash !== before.hash) return fail(changedBefore(patching));
  const text = decode(patching, before.start);
  const edits = withLineEndsOf(text, input.edits);
  checkReplacements(patching);
  const found = findEdits(text, edits);
  if (!found.ok) return fail(editFailure({ tool: scope.tool, asked: input.path, text, edits }, found.problem));
  const { replacements } = found;
  // Looked at before the text is made, which could be too large for the memory.
  const isTooLong = lengthAfter(text, replacements) > maxOutputBytes;
  const content = isTooLong ? Buffer.alloc(0) : Buffer.from(applyEdits(text, replacements), 'utf8');
  if (isTooLong || content.length > maxOutputBytes) {
    return fail(outputLimit(scope.tool, maxOutputBytes, `The changed file ${quote(input.path)}, as output`));
  }
  const hashes = { before_hash: before.hash, after_hash: hashOf(content) };
  const output = { path: place.relative, bytes: content.length, replacements: replacements.length, ...hashes };
  return { before, text, replacements, content, output };
}

function decode({ scope, input }: Patching, content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return fail(toolFailed(`Tool "${scope.tool}" could not change ${quote(input.path)}: it is no UTF-8 text.`));
  }
}

/** Refuses what cannot be stored, and what would put the mark of a secret in the place of the secret. */
function checkReplacements({ scope, environment, input }: Patching): void {
  const index = input.edits.findIndex(({ search, replace }) => !search.isWellFormed() || !replace.isWellFormed());
  if (index >= 0) fail(loneSurrogate(scope.tool, `/edits/${index}`));
  const marked = input.edits.findIndex(({ replace }) => environment.secrets.holdsMark(replace));
  if (marked >= 0) fail(heldMark(scope.tool, `/edits/${marked}`));
}

function missing({ scope, input }: Patching): ReturnType<typeof notFound> {
  return notFound(
    `Tool "${scope.tool}" could not change ${quote(input.path)}: it does not exist.`,
    'Name a file that is there, or write a new one with another tool.',
  );
}

function changedBefore({ scope, input }: Patching): ReturnType<typeof toolFailed> {
  const message = `Tool "${scope.tool}" changed nothing in ${quote(input.path)}: the file is not the one that before_hash tells.`;
  const hint = 'Read it again, and make the edits fit.';
  return { code: 'tool.invalid_input', message, hint };
}

function changedMeanwhile({ scope, input }: Patching): ReturnType<typeof toolFailed> {
  const message = `Tool "${scope.tool}" changed nothing in ${quote(input.path)}: somebody else wrote it at the same time.`;
  return toolFailed(message, 'Try again.');
}
