import type { Problem } from '../../errors/index.ts';
import type { DeclaredToolSpec } from '../../manifest/index.ts';
import { listNames } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Whether programs and code of a tool open connections of their own, past the engine; `unlocked`: unless they are kept from it. */
const unfenced: Readonly<Record<DeclaredToolSpec['type'], 'never' | 'unlocked' | 'always'>> = {
  'filesystem.read_file': 'never',
  'filesystem.write_file': 'never',
  'filesystem.list': 'never',
  'filesystem.search': 'never',
  'filesystem.patch': 'never',
  'http.request': 'never',
  'memory.remember': 'never',
  'memory.recall': 'never',
  'command.run': 'unlocked',
  module: 'always',
  registered: 'always',
  mcp: 'unlocked',
};

/** Says of which tools the permitted hosts do not hold. */
export function checkNetworkReach(view: ProjectView): Problem[] {
  const tools = Object.entries(view.manifests.tools?.tools ?? {});
  const network = view.manifests.engine?.engine.permissions?.network;
  const isOpen = network?.allow?.includes('*') === true;
  const found = tools.filter(([, tool]) => isUnfenced(tool, isOpen));
  const names = found.map(([name]) => name);
  const lock =
    !isOpen && found.some(([, { type }]) => type === 'command.run') ? 'set "sandbox: required" for commands, ' : '';
  if (network === undefined || names.length === 0) return [];
  const whose = names.length === 1 ? `the tool ${listNames(names)}` : `the tools ${listNames(names)}`;
  return [
    view.problem('engine', {
      code: 'MANIFEST_NOT_IN_THIS_VERSION',
      message: `"network" is NOT ENFORCED for ${whose}: commands outside of a sandbox, and code, open connections of their own.`,
      hint: `Ask by a tool of type "http.request", ${lock}or run the engine where nothing but these hosts can be reached.`,
      path: ['engine', 'permissions', 'network'],
      severity: 'warning',
      at: 'key',
    }),
  ];
}

/** What has to be in a sandbox has no network, unless it has all of it; a server at an address is reached by the engine itself. */
function isUnfenced(tool: DeclaredToolSpec, isOpen: boolean): boolean {
  if (unfenced[tool.type] !== 'unlocked') return unfenced[tool.type] === 'always';
  if ('url' in tool && tool.url !== undefined) return false;
  return isOpen || !('sandbox' in tool) || tool.sandbox !== 'required';
}
