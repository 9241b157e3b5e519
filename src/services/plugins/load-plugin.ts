import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../errors/index.ts';
import { importModule } from '../import-module.ts';
import { isInside } from '../security/index.ts';
import { isPlugin, pluginFault } from './define-plugin.ts';
import { importFault } from './import-fault.ts';
import type { Plugin } from './plugin.ts';

export interface PluginModule {
  /** Name of the plugin in its manifest, and its place there. */
  readonly name: string;
  readonly index: number;
  /** As the manifest writes it. */
  readonly module: string;
  readonly projectDirectory: string;
}

/** The export `plugin` of a module. Rejects with PLUGIN_INVALID. */
export async function loadPlugin(reference: PluginModule): Promise<Plugin> {
  const exported = await importWithin(reference, await findModule(reference));
  if (!Object.hasOwn(exported, 'plugin')) {
    const names = Object.keys(exported).map((name) => `"${name}"`);
    const found = names.length === 0 ? 'nothing' : names.join(', ');
    throw invalid(reference, `exports no "plugin", but ${found}`);
  }
  const { plugin } = exported;
  if (isPlugin(plugin)) return plugin;
  const { problem, hint } = pluginFault(plugin) ?? { problem: 'it changes' };
  throw invalid(reference, `exports a "plugin" that is none: ${problem}`, hint === undefined ? {} : { hint });
}

async function findModule(reference: PluginModule): Promise<string> {
  const { module, projectDirectory } = reference;
  const root = await realpath(projectDirectory);
  let file: string;
  try {
    file = await realpath(path.resolve(root, module));
  } catch (cause) {
    throw invalid(reference, 'cannot be opened', { cause });
  }
  if (isInside(root, file)) return file;
  throw invalid(reference, 'lies outside the project directory');
}

async function importWithin(reference: PluginModule, file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importModule(file, (reason) => invalid(reference, reason));
  } catch (error) {
    if (error instanceof EngineError && error.details?.['module'] === reference.module) throw error;
    const { reason, hint } = await importFault(error, file, await realpath(reference.projectDirectory));
    throw invalid(reference, `cannot be loaded: ${reason}`, { cause: error, hint });
  }
}

function invalid(
  { name, module, index }: PluginModule,
  reason: string,
  more: { readonly hint?: string; readonly cause?: unknown } = {},
): EngineError {
  return new EngineError('PLUGIN_INVALID', `The module "${module}" of plugin "${name}" ${reason}.`, {
    hint: `Export what definePlugin gives back as "plugin", or correct plugins.${index}.module.`,
    details: { plugin: name, module, file: 'plugins', path: ['plugins', index, 'module'] },
    ...more,
  });
}
