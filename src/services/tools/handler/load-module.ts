import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../errors/index.ts';
import { importModule } from '../../import-module.ts';
import { importPlace } from '../../import-place.ts';
import { isInside, type EnvironmentValues } from '../../security/index.ts';
import type { ToolDefinition } from '../define-tool.ts';
import { describeSystemError, systemErrorCode } from '../system-error.ts';
import { toDefinition } from './to-definition.ts';

export interface ModuleReference {
  readonly tool: string;
  /** As the manifest writes it. */
  readonly module: string;
  readonly exportName: string | undefined;
  readonly projectDirectory: string;
  readonly values: EnvironmentValues;
}

export async function loadModule(reference: ModuleReference): Promise<ToolDefinition> {
  const file = await findModule(reference);
  const exported = await importWithin(reference, file);
  const name = exportNameOf(reference, exported);
  const result = toDefinition(name === 'run' ? withFields(exported) : exported[name]);
  if (result.ok) return result.definition;
  throw invalid(reference, `exports "${name}", but ${result.reason}`, {
    hint: 'Export a function (arguments, context) => output, or what defineTool gives back.',
  });
}

/** A module may export what a definition has one by one, beside its function "run". */
function withFields(exported: Readonly<Record<string, unknown>>): unknown {
  const { run, description, capabilities, inputSchema, outputSchema } = exported;
  if (typeof run !== 'function') return run;
  const fields = Object.entries({ description, capabilities, inputSchema, outputSchema });
  return { ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)), run };
}

async function findModule(reference: ModuleReference): Promise<string> {
  const { module, projectDirectory, values } = reference;
  try {
    const file = await realpath(path.resolve(projectDirectory, values.resolve(module)));
    if (isInside(projectDirectory, file)) return file;
  } catch (error) {
    throw invalid(reference, `cannot be opened: ${describeSystemError(error)}`, { cause: error });
  }
  throw invalid(reference, 'lies outside the project directory', { hint: 'Move it into the project.' });
}

async function importWithin(reference: ModuleReference, file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importModule(file, (reason) => invalid(reference, reason));
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const place = await importPlace(error, file, reference.projectDirectory);
    const reason = `cannot be loaded: ${reasonOf(error, reference)}`;
    if (place === undefined) throw invalid(reference, reason, { cause: error });
    throw invalid(reference, `${reason} (${place})`, { cause: error, hint: `Correct the code at ${place}.` });
  }
}

function exportNameOf(reference: ModuleReference, exported: Readonly<Record<string, unknown>>): string {
  const { exportName } = reference;
  const name = exportName ?? ['default', 'run'].find((candidate) => Object.hasOwn(exported, candidate));
  if (name !== undefined && Object.hasOwn(exported, name)) return name;
  const wanted = exportName === undefined ? 'neither "default" nor "run"' : `no "${exportName}"`;
  const names = Object.keys(exported).map((candidate) => `"${candidate}"`);
  throw invalid(reference, `exports ${wanted}`, {
    hint:
      names.length === 0
        ? 'Export a function.'
        : `Name one of its exports as tools.${reference.tool}.export: ${names.join(', ')}.`,
  });
}

function invalid(
  { tool, module }: ModuleReference,
  reason: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): EngineError {
  return new EngineError('TOOL_MODULE_INVALID', `The module "${module}" of tool "${tool}" ${reason}.`, {
    hint: `Correct the file, or tools.${tool}.module.`,
    details: { tool, module },
    ...options,
  });
}

/** The first line of what went wrong, with paths as seen from the project. */
function reasonOf(error: unknown, { projectDirectory, values }: ModuleReference): string {
  const text = error instanceof Error ? error.message : String(error);
  const shown = values.redact(text).split('\n', 1)[0]?.replaceAll(projectDirectory, '.');
  const line = shown?.replace(/\.$/u, '') ?? '';
  return line === '' ? (systemErrorCode(error) ?? 'it threw an error without a message') : line.slice(0, 500);
}
