import type { Problem } from '../../errors/index.ts';
import type { DeclaredToolSpec } from '../../manifest/index.ts';
import { listNames } from '../report/index.ts';
import type { ProjectView } from './project-view.ts';

/** Tools whose programs and code open connections of their own, past the engine. */
const unfenced: Readonly<Record<DeclaredToolSpec['type'], boolean>> = {
  'filesystem.read_file': false,
  'filesystem.write_file': false,
  'filesystem.list': false,
  'filesystem.search': false,
  'filesystem.patch': false,
  'http.request': false,
  'memory.remember': false,
  'memory.recall': false,
  'command.run': true,
  module: true,
  registered: true,
  mcp: true,
};

/** Says of which tools the permitted hosts do not hold. */
export function checkNetworkReach(view: ProjectView): Problem[] {
  const tools = Object.entries(view.manifests.tools?.tools ?? {});
  const names = tools.flatMap(([name, { type }]) => (unfenced[type] ? [name] : []));
  if (view.manifests.engine?.engine.permissions?.network === undefined || names.length === 0) return [];
  const whose = names.length === 1 ? `the tool ${listNames(names)}` : `the tools ${listNames(names)}`;
  return [
    view.problem('engine', {
      code: 'MANIFEST_NOT_IN_THIS_VERSION',
      message: `"network" is NOT ENFORCED for ${whose}: commands outside of a sandbox, and code, open connections of their own.`,
      hint: 'Ask by a tool of type "http.request", or run the engine where nothing but these hosts can be reached.',
      path: ['engine', 'permissions', 'network'],
      severity: 'warning',
      at: 'key',
    }),
  ];
}
