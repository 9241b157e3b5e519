import { z } from 'zod';
import { EngineError } from '../../errors/index.ts';
import { nearestWord } from '../json/index.ts';
import { EngineEvent } from '../telemetry/index.ts';
import { hookPoints } from './hook-points.ts';
import type { Plugin } from './plugin.ts';

/** Checks a plugin as its author writes it. Throws PLUGIN_INVALID. */
export function definePlugin<Config = unknown>(plugin: Plugin<Config>): Plugin<Config> {
  const fault = pluginFault(plugin);
  if (fault === undefined) return Object.freeze({ ...plugin });
  const { problem, hint = 'Give definePlugin a name, a version, and hooks, events or steps that are functions.' } =
    fault;
  throw new EngineError('PLUGIN_INVALID', `The plugin cannot be used: ${problem}.`, { hint });
}

/** Whether a value that comes from elsewhere is a plugin. */
export function isPlugin(value: unknown): value is Plugin {
  return pluginFault(value) === undefined;
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
      if (!names.includes(name)) {
        const params = { hint: nameHint(name, names) };
        found.addIssue({ code: 'custom', message: `there is no ${what} "${name}"`, params });
      } else if (code !== undefined && typeof code !== 'function')
        found.addIssue({ code: 'custom', path: [name], message: 'it is no function' });
    }
  });
}

/** An order that offers the name that was meant, or else all there are. */
export function nameHint(name: string, names: readonly string[]): string {
  const near = nearestWord(name, names);
  if (near !== undefined) return `Did you mean "${near}"?`;
  return `Use one of ${names.map((one) => `"${one}"`).join(', ')}.`;
}

export interface PluginFault {
  /** As the end of a sentence. */
  readonly problem: string;
  readonly hint?: string;
}

/** What is wrong with a value that is to be a plugin. */
export function pluginFault(value: unknown): PluginFault | undefined {
  try {
    if (typeof value !== 'object' || value === null) return { problem: 'it is no object' };
    const [issue] = Shape.safeParse(value).error?.issues ?? [];
    return issue === undefined ? undefined : faultOf(issue, value);
  } catch {
    return { problem: 'it could not be read: a getter or proxy in it threw' };
  }
}

function faultOf(issue: z.core.$ZodIssue, plugin: object): PluginFault {
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return { problem: `it has "${key}", which says nothing`, hint: nameHint(key, Object.keys(Shape.shape)) };
  }
  const [field = ''] = issue.path.map(String);
  if (issue.path.length === 1 && !Object.hasOwn(plugin, field))
    return { problem: `it has no "${field}"`, hint: `Give it one, such as ${examples[field] ?? field}.` };
  return wordedFault(issue, place);
}

function wordedFault(issue: z.core.$ZodIssue, place: string): PluginFault {
  if (issue.code === 'invalid_type')
    return { problem: `"${place}" has to be ${issue.expected === 'string' ? 'a text' : 'an object of functions'}` };
  const hint: unknown = issue.code === 'custom' ? issue.params?.['hint'] : undefined;
  if (typeof hint === 'string') return { problem: issue.message, hint };
  const said = issue.code === 'too_small' ? 'it is empty' : issue.message.replace(/\.$/u, '');
  return { problem: place === '' ? said : `"${place}": ${said}` };
}

const examples: Readonly<Record<string, string>> = { name: '"guard"', version: '"1.0.0"' };
