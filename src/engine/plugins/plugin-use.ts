import { EngineError } from '../../errors/index.ts';
import { pluginNameHint, problemText, type Plugin, type PluginFault } from '../../services/index.ts';

/** A plugin as a program gives it to an engine. */
export interface PluginUse {
  readonly plugin: Plugin;
  /** Whether what waits for it fails when it does. Default: false. */
  readonly critical?: boolean;
  /** How long a hook may take, in milliseconds. Default: 5000. */
  readonly timeoutMs?: number;
  /** What its `setup` is given. */
  readonly config?: unknown;
}

const useFields = ['plugin', 'critical', 'timeoutMs', 'config'];

export function useOf(use: Plugin | PluginUse): PluginUse {
  if (!('plugin' in use)) return { plugin: use };
  const strange = Object.keys(use).find((field) => !useFields.includes(field));
  if (strange === undefined) return use;
  const hint = pluginNameHint(strange, useFields);
  throw unusable(use.plugin, { problem: `"${strange}" beside it says nothing`, hint });
}

export const sameName: PluginFault = {
  problem: 'another one has its name',
  hint: 'Give each plugin once, and each its own name.',
};

export function unusable(plugin: unknown, { problem, hint }: PluginFault): EngineError {
  const name = typeof plugin === 'object' && plugin !== null && 'name' in plugin ? problemText(plugin.name) : 'unknown';
  return new EngineError('PLUGIN_INVALID', `The plugin "${name}" cannot be used: ${problem}.`, {
    hint: hint ?? 'Give the engine what definePlugin gives back.',
    details: { plugin: name },
  });
}

export function setupFailed(name: string, problem: string): EngineError {
  return new EngineError(
    'PLUGIN_SETUP_FAILED',
    `The plugin "${name}", which is critical, was not set up: ${problem}.`,
    {
      hint: 'Repair the plugin or its config, or make it uncritical.',
      details: { plugin: name },
    },
  );
}
