import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, type TaskOptions } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import type { OverrideOptions } from './override-options.ts';

type Overrides = Pick<TaskOptions, 'overrides' | 'allowOverrides'>;

/** Throws TASK_OVERRIDE_INVALID. */
export async function overridesFrom(
  { directory }: Pick<CliContext, 'directory'>,
  { override = [], yes, maxCost }: OverrideOptions,
): Promise<Overrides> {
  const overrides: (object | string)[] = [];
  for (const text of override) overrides.push(...(await readOne(text.trim(), directory)));
  if (maxCost !== undefined) overrides.push(`budget.max_cost_usd=${maxCost}`);
  return {
    ...(overrides.length > 0 && { overrides }),
    ...(yes === true && { allowOverrides: true }),
  };
}

async function readOne(text: string, directory: string): Promise<readonly (object | string)[]> {
  if (text.startsWith('@')) return parsed(await textOf(text.slice(1), directory), `The file "${text.slice(1)}"`);
  return text.startsWith('{') || text.startsWith('[') ? parsed(text, 'An override') : [text];
}

async function textOf(file: string, directory: string): Promise<string> {
  try {
    return await readFile(path.resolve(directory, file), 'utf8');
  } catch (cause) {
    throw invalid(`The file "${file}" with overrides cannot be read.`, cause);
  }
}

function parsed(text: string, what: string): readonly (object | string)[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${what} is no JSON.`, cause);
  }
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.map((one) => {
    if (typeof one === 'string' || (typeof one === 'object' && one !== null)) return one;
    throw invalid(`${what} holds what is no override.`);
  });
}

function invalid(message: string, cause?: unknown): EngineError {
  return new EngineError('TASK_OVERRIDE_INVALID', message, {
    hint: 'Write a short form such as model=small, or a JSON object with a kind and a payload.',
    ...(cause !== undefined && { cause }),
  });
}
