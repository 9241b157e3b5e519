import { z } from 'zod';
import {
  builtInAdapter,
  type CallContext,
  type ToolAdapter,
  type ToolEnvironment,
  type ToolSpecs,
} from '../adapter.ts';
import { fail, outputLimit, quote, toolFailed } from '../failures.ts';
import type { ToolOutcome } from '../port.ts';
import { openFile, readStart, type OpenedFile } from './open-file.ts';
import { FilePath } from './path-argument.ts';
import { createScope, scopeOfCall, type FilesystemScope } from './scope.ts';
import { toFailure } from '../system-error.ts';

const Input = z.strictObject({
  path: FilePath,
  encoding: z.enum(['utf8', 'base64']).optional().meta({ description: 'base64 for what is no text. Default: utf8.' }),
  max_bytes: z
    .int()
    .min(1)
    .optional()
    .meta({ description: 'Cut the file off here. Default: a large file is an error.' }),
});
type Input = z.infer<typeof Input>;

const Output = z.strictObject({
  path: z.string(),
  text: z.string().optional().meta({ description: 'The content, unless base64 was asked for.' }),
  base64: z.string().optional(),
  bytes: z.int().meta({ description: 'Size of the whole file.' }),
  truncated: z.literal(true).optional().meta({ description: 'There when the file goes on after what is given.' }),
});
type Output = z.infer<typeof Output>;

export async function createReadFileTool(
  spec: ToolSpecs['filesystem.read_file'],
  environment: ToolEnvironment,
): Promise<ToolAdapter> {
  const toolScope = await createScope(environment, spec.root);
  const run = async (input: Input, context: CallContext): Promise<ToolOutcome> => {
    const { signal } = context;
    const scope = scopeOfCall(toolScope, context);
    try {
      const file = await openFile(scope, input.path);
      try {
        return {
          ok: true,
          output: await readContent(file, input, { scope, signal, limit: environment.maxOutputBytes }),
        };
      } finally {
        await file.handle.close();
      }
    } catch (error) {
      return { ok: false, failure: toFailure(error, `Tool "${scope.tool}" could not read ${quote(input.path)}`) };
    }
  };
  return builtInAdapter({
    name: environment.name,
    description: spec.description ?? `Reads a file below ${spec.root}.`,
    capabilities: ['deterministic_safe'],
    input: Input,
    output: Output,
    run,
    preview: async (input, context) => {
      const file = await openFile(scopeOfCall(toolScope, context), input.path);
      await file.handle.close();
      return { not_run: 'dry_run' };
    },
  });
}

interface Reading {
  readonly scope: FilesystemScope;
  readonly signal: AbortSignal;
  readonly limit: number;
}

async function readContent(file: OpenedFile, input: Input, reading: Reading): Promise<Output> {
  const { scope, signal, limit } = reading;
  const wanted = Math.min(input.max_bytes ?? limit, limit);
  const content = await readStart(file.handle, wanted + 1, signal);
  const truncated = content.length > wanted;
  if (truncated && input.max_bytes === undefined) {
    fail({
      ...outputLimit(scope.tool, limit, `The file ${quote(input.path)}, read whole, as output`),
      hint: `Pass max_bytes to read its start, or raise tools.${scope.tool}.max_output_bytes.`,
    });
  }
  const kept = content.subarray(0, wanted);
  const rest = { bytes: Math.max(file.bytes, content.length), ...(truncated ? { truncated } : {}) };
  if (input.encoding === 'base64') return { path: file.relative, base64: kept.toString('base64'), ...rest };
  return { path: file.relative, text: decodeText(scope, input.path, { kept, truncated }), ...rest };
}

function decodeText(
  scope: FilesystemScope,
  asked: string,
  { kept, truncated }: { readonly kept: Buffer; readonly truncated: boolean },
): string {
  try {
    // In stream mode a character that the cut went through is left out; the rest has to be proper UTF-8.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(kept, { stream: truncated });
  } catch {
    return fail(
      toolFailed(
        `Tool "${scope.tool}" could not read ${quote(asked)}: it is no UTF-8 text.`,
        'Pass encoding: base64 to read what is no text.',
      ),
    );
  }
}
