import type { Problem } from '../../errors/index.ts';
import { isHookPlugin, type DeclaredPluginSpec } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Plugins have names of their own, and only those that take part in the work can be critical for it. */
export function checkPlugins(view: ProjectView): Problem[] {
  const plugins = view.manifests.plugins?.plugins ?? [];
  const critical = plugins.flatMap((plugin, index) =>
    plugin.critical === true && !isHookPlugin(plugin) ? [listenerIsCritical(view, plugin, index)] : [],
  );
  return [...plugins.flatMap((_, index) => sameName(view, plugins, index)), ...critical];
}

function sameName(view: ProjectView, plugins: readonly DeclaredPluginSpec[], index: number): Problem[] {
  const plugin = plugins[index];
  const isDouble = plugins.slice(0, index).some(({ name }) => name === plugin?.name);
  // Listeners are told apart by what they write to; hooks and steps go by the name of their plugin.
  if (plugin === undefined || !isDouble || !isHookPlugin(plugin)) return [];
  return [
    view.problem('plugins', {
      code: 'MANIFEST_ID_DUPLICATE',
      message: `There is another plugin ${quote(plugin.name)}.`,
      hint: 'Give one of them another name.',
      path: ['plugins', index, 'name'],
    }),
  ];
}

function listenerIsCritical(view: ProjectView, { type }: DeclaredPluginSpec, index: number): Problem {
  return view.problem('plugins', {
    severity: 'warning',
    code: 'MANIFEST_NOT_IN_THIS_VERSION',
    message: `"critical" is not acted on for plugins of type ${quote(type)}: one that fails never stops a task.`,
    hint: 'Remove it.',
    path: ['plugins', index, 'critical'],
    at: 'key',
  });
}
