import { z } from 'zod';
import type { Failure } from '../../../errors/index.ts';
import { builtInAdapter, type ToolAdapter, type ToolEnvironment, type ToolSpecs } from '../adapter.ts';
import { fail, heldMark, loneSurrogate, outputLimit, quote } from '../failures.ts';
import type { JsonValue } from '../json-value.ts';
import type { ChangeRecorder, ToolOutcome } from '../port.ts';
import { lineChanges } from './line-changes.ts';
import { FilePath } from './path-argument.ts';
import { putContent } from './put-content.ts';
import { hashOf, lookAt } from './replace-file.ts';
import { createScope, locate, scopeOfCall, type FilesystemScope } from './scope.ts';
import { toFailure } from '../system-error.ts';
import { createWorkspaceFiles } from './workspace-files.ts';
import { openPlace, type WritePlace } from './write-place.ts';

const Input = z.strictObject({
  path: FilePath,
  text: z.string().meta({ description: 'The whole new content; it is stored as UTF-8.' }),
});
type Input = z.infer<typeof Input>;

const Output = z.strictObject({
  path: z.string(),
  bytes: z.int(),
  created: z.boolean().meta({ description: 'False when a file was replaced or already had this content.' }),
});

interface Writing {
  readonly scope: FilesystemScope;
  readonly environment: ToolEnvironment;
  readonly input: Input;
  readonly signal: AbortSignal;
  readonly changes?: ChangeRecorder;
}

export async function createWriteFileTool(
  spec: ToolSpecs['filesystem.write_file'],
  environment: ToolEnvironment,
): Promise<ToolAdapter> {
  const toolScope = await createScope(environment, spec.root);
  return builtInAdapter({
    name: environment.name,
    description: spec.description ?? `Writes a file below ${spec.root}.`,
    capabilities: ['workspace_mutation'],
    input: Input,
    output: Output,
    files: createWorkspaceFiles(toolScope, environment),
    run: async (input, context) => {
      const { signal, changes } = context;
      const scope = scopeOfCall(toolScope, context);
      try {
        return await write({ scope, environment, input, signal, ...(changes !== undefined && { changes }) });
      } catch (error) {
        return { ok: false, failure: writeFailure(error, `Tool "${scope.tool}" could not write ${quote(input.path)}`) };
      }
    },
    preview: async (input, context) => {
      const { signal } = context;
      const scope = scopeOfCall(toolScope, context);
      try {
        return await previewWrite({ scope, environment, input, signal });
      } catch (error) {
        return fail(writeFailure(error, `Tool "${scope.tool}" could not look at ${quote(input.path)}`));
      }
    },
  });
}

/** Writing makes the directories it needs: one that is gone was removed meanwhile, and the next attempt makes it again. */
function writeFailure(error: unknown, attempted: string): Failure {
  return toFailure(error, attempted, ['ENOTDIR']);
}

async function write(writing: Writing): Promise<ToolOutcome> {
  const { scope, environment, input } = writing;
  const content = contentOf(writing);
  const { absolute } = locate(scope, input.path, 'write');
  return await environment.serialize(absolute, async () => {
    writing.signal.throwIfAborted();
    const place = await openPlace(scope, input.path, true);
    if ('missing' in place)
      return fail(writeFailure(undefined, `Tool "${scope.tool}" could not write ${quote(input.path)}`));
    try {
      return await writeAt(place, content, writing);
    } finally {
      await place.directory.handle.close();
    }
  });
}

async function writeAt(place: WritePlace, content: Buffer, writing: Writing): Promise<ToolOutcome> {
  const { scope, signal } = writing;
  const before = await lookAt(scope, place, { signal, maxStartBytes: writing.changes?.maxContentBytes ?? 0 });
  const output = { path: place.relative, bytes: content.length, created: before === undefined };
  const changes = await putContent({ ...writing, tool: scope.tool }, place, { content, before });
  return { ok: true, output, ...(changes.length > 0 && { changes }) };
}

async function previewWrite(writing: Writing): Promise<JsonValue> {
  const { scope, environment, input, signal } = writing;
  const content = contentOf(writing);
  const { relative } = locate(scope, input.path, 'write');
  const would = { not_run: 'dry_run', would_write: relative, bytes: content.length };
  const place = await openPlace(scope, input.path, false);
  if ('missing' in place) return { ...would, created: true, ...lineChanges('', input.text) };
  try {
    const before = await lookAt(scope, place, { signal, maxStartBytes: environment.maxOutputBytes });
    if (before === undefined) return { ...would, created: true, ...lineChanges('', input.text) };
    const sizes = { ...would, created: false, bytes_before: before.bytes, unchanged: before.hash === hashOf(content) };
    const isWhole = before.start.length === before.bytes;
    return isWhole ? { ...sizes, ...lineChanges(before.start.toString('utf8'), input.text) } : sizes;
  } finally {
    await place.directory.handle.close();
  }
}

function contentOf({ scope, environment, input }: Writing): Buffer {
  if (!input.text.isWellFormed()) fail(loneSurrogate(scope.tool, '/text'));
  if (environment.secrets.holdsMark(input.text)) fail(heldMark(scope.tool, '/text'));
  const content = Buffer.from(input.text, 'utf8');
  if (content.length > environment.maxOutputBytes) {
    fail(outputLimit(scope.tool, environment.maxOutputBytes, `The text for ${quote(input.path)}, as output`));
  }
  return content;
}
