import type { Problem } from '../../errors/index.ts';
import { isHookPlugin, providers, type DeclaredPluginSpec } from '../../manifest/index.ts';
import { createNameFinder, quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { toolNames } from './tool-names.ts';
import { checkReference } from './unknown-reference.ts';

/** Plugins have names of their own, and only those that take part in the work can be critical for it. */
export function checkPlugins(view: ProjectView): Problem[] {
  const plugins = view.manifests.plugins?.plugins ?? [];
  const critical = plugins.flatMap((plugin, index) =>
    plugin.critical === true && !isHookPlugin(plugin) ? [listenerIsCritical(view, plugin, index)] : [],
  );
  const limits = plugins.flatMap((plugin, index) => limitProblems(view, plugin, index));
  return [
    ...plugins.flatMap((_, index) => sameName(view, plugins, index)),
    ...critical,
    ...limits,
    ...redactionProblems(view),
  ];
}

/** Patterns that cannot be taken out of events. A JSON Schema has no words for them. */
function redactionProblems(view: ProjectView): Problem[] {
  const redact = view.manifests.plugins?.redact ?? [];
  return redact.flatMap((pattern, index) =>
    isPattern(pattern)
      ? []
      : [
          view.problem('plugins', {
            code: 'MANIFEST_VALUE_INVALID',
            message: 'An item of "redact" is no regular expression, or fits an empty text.',
            hint: 'Write an expression that fits at least one character, such as "[0-9]{4}".',
            path: ['redact', index],
          }),
        ],
  );
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'gu').exec('') === null; // what fits nothing at all would stand between any two letters
  } catch {
    return false;
  }
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

/** A limit that names nothing bounds nothing, and no call is one of a provider and of a tool. */
function limitProblems(view: ProjectView, plugin: DeclaredPluginSpec, index: number): Problem[] {
  if (plugin.type !== 'rate_limiter') return [];
  return plugin.config.limits.flatMap(({ provider, tool }, at): Problem[] => {
    const path = ['plugins', index, 'config', 'limits', at];
    if ((provider === undefined) !== (tool === undefined))
      return [
        ...checkReference(view, { ...ofProvider, path: [...path, 'provider'], name: provider }),
        ...checkReference(view, { ...ofTool, names: toolNames(view), path: [...path, 'tool'], name: tool }),
      ];
    const problem = view.problem('plugins', {
      code: 'MANIFEST_VALUE_INVALID',
      message: `A limit names either a provider or a tool, and this one names ${tool === undefined ? 'neither' : 'both'}.`,
      hint: 'Write either "provider" or "tool"; for both, write two limits.',
      path,
    });
    return [problem];
  });
}

const known: ReadonlySet<string> = new Set(providers);
const names = { has: (name: string) => known.has(name), finder: createNameFinder(known) };
const ofProvider = { kind: 'plugins', what: 'provider', names, home: 'the engine' } as const;
const ofTool = { kind: 'plugins', what: 'tool', home: 'tools.yaml' } as const;

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
