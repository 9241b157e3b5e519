import type { Problem } from '../../errors/index.ts';
import type { DeclaredToolSpec, ManifestKind } from '../../manifest/index.ts';
import { createNameFinder } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';
import { checkReference } from './unknown-reference.ts';

/** Context profiles and memory tools use memory stores that are declared. */
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
    return checkStore(view, store ?? 'task_store', { kind: 'tools', path });
  });
  return [...profiles, ...tools];
}

type MemoryTool = Extract<DeclaredToolSpec, { type: `memory.${string}` }>;

function isMemoryTool(tool: DeclaredToolSpec): tool is MemoryTool {
  return tool.type.startsWith('memory.');
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
