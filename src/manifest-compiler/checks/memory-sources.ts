import type { Problem, ProblemPath } from '../../errors/index.ts';
import type { DeclaredToolSpec, ManifestKind, StoreName } from '../../manifest/index.ts';
import { createNameFinder, quote } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

/** Context profiles and memory tools use memory stores that are declared, and nothing is to be remembered in one that keeps nothing. */
export function checkMemorySources(view: ProjectView): Problem[] {
  const profiles = Object.entries(view.manifests.memory?.context_profiles ?? {}).flatMap(([name, { sources }]) =>
    sources.flatMap((source, index) =>
      checkStore(view, source, { kind: 'memory', path: ['context_profiles', name, 'sources', index] }),
    ),
  );
  const tools = Object.entries(view.manifests.tools?.tools ?? {}).flatMap(([name, tool]) => {
    if (!isMemoryTool(tool)) return [];
    const { store } = tool;
    const path = ['tools', name, store === undefined ? 'type' : 'store'];
    const chosen = store ?? 'task_store';
    return checkStore(view, chosen, { kind: 'tools', path }).concat(disabledStore(view, chosen, { name, tool, path }));
  });
  return [...profiles, ...tools];
}

type MemoryTool = Extract<DeclaredToolSpec, { type: `memory.${string}` }>;

function isMemoryTool(tool: DeclaredToolSpec): tool is MemoryTool {
  return tool.type.startsWith('memory.');
}

function disabledStore(
  view: ProjectView,
  store: StoreName,
  { name, tool, path }: { readonly name: string; readonly tool: MemoryTool; readonly path: ProblemPath },
): Problem[] {
  if (tool.type !== 'memory.remember' || view.manifests.memory?.memory?.[store]?.type !== 'disabled') return [];
  return [
    view.problem('tools', {
      code: 'MANIFEST_VALUE_INVALID',
      message: `The tool ${quote(name)} is to remember things in ${quote(store)}, which is disabled: nothing would be kept.`,
      hint: `Give ${store} another type in memory.yaml, such as in_memory, or name another store.`,
      path,
    }),
  ];
}

function checkStore(
  view: ProjectView,
  name: string,
  place: { readonly kind: ManifestKind; readonly path: (string | number)[] },
): Problem[] {
  const names = { ...view.names('memory', ['memory']), finder: createNameFinder([]) };
  const home = place.kind === 'memory' ? '"memory" above' : '"memory" of memory.yaml';
  return checkReference(view, {
    ...place,
    name,
    what: 'memory store of this project',
    names,
    home: `${home}, for example with "type: in_memory"`,
  });
}
