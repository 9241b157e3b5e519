import { z } from 'zod';
import { EngineError } from '../../errors/index.ts';
import { nearestWord } from '../json/index.ts';
import { EngineEvent } from '../telemetry/index.ts';
import { hookPoints } from './hook-points.ts';
import type { Plugin } from './plugin.ts';

/** Checks a plugin as its author writes it. Throws PLUGIN_INVALID. */
export function definePlugin<Config = unknown>(plugin: Plugin<Config>): Plugin<Config> {
  const problem = pluginProblem(plugin);
  if (problem === undefined) return Object.freeze({ ...plugin });
  throw new EngineError('PLUGIN_INVALID', `The plugin cannot be used: ${problem}.`, {
    hint: 'Give definePlugin a name, a version, and hooks, events or steps that are functions.',
  });
}

/** Whether a value that comes from elsewhere is a plugin. */
export function isPlugin(value: unknown): value is Plugin {
  return pluginProblem(value) === undefined;
}

const Code = z.custom<unknown>((value) => typeof value === 'function', 'it is no function');
const eventTypes = EngineEvent.options.map(({ shape }) => shape.type.value);

const Shape = z.strictObject({
  name: z.string().regex(/^[\w-]{1,64}$/u, 'it is not made of letters, digits, "_" and "-"'),
  version: z.string().min(1),
  hooks: namedCode('hook', Object.keys(hookPoints)).optional(),
  events: namedCode('event', eventTypes).optional(),
  steps: z.record(z.string().regex(/^[\w-]{1,64}$/u), Code).optional(),
  setup: Code.optional(),
  teardown: Code.optional(),
});

function namedCode(what: string, names: readonly string[]): z.ZodType {
  return z.record(z.string(), z.unknown()).superRefine((functions, found) => {
    for (const [name, code] of Object.entries(functions)) {
      if (!names.includes(name)) found.addIssue({ code: 'custom', message: unknownName(what, name, names) });
      else if (code !== undefined && typeof code !== 'function')
        found.addIssue({ code: 'custom', path: [name], message: 'it is no function' });
    }
  });
}

function unknownName(what: string, name: string, names: readonly string[]): string {
  const near = nearestWord(name, names);
  return `there is no ${what} "${name}"${near === undefined ? '' : `, only "${near}"`}`;
}

/** What is wrong with a value that is to be a plugin, as the end of a sentence. */
export function pluginProblem(value: unknown): string | undefined {
  try {
    const [issue] = Shape.safeParse(value).error?.issues ?? [];
    if (issue === undefined) return undefined;
    const place = issue.path.join('.');
    const said = issue.message.replace(/\.$/u, '');
    return place === '' ? said : `"${place}": ${said}`;
  } catch {
    return 'it could not be read: a getter or proxy in it threw';
  }
}
