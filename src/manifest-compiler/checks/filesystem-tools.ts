import type { Problem } from '../../errors/index.ts';
import { splitGlob, type DeclaredToolSpec } from '../../manifest/index.ts';
import { quote } from '../report/index.ts';
import { isInside, mayBeInside, permittedBy, permittedInWords, type Permitted } from './permitted.ts';
import type { ProjectView } from './project-view.ts';

type FilesystemTool = Extract<DeclaredToolSpec, { root: string }>;

/** What each tool does below its root. */
const rightsOf = {
  'filesystem.read_file': ['read'],
  'filesystem.list': ['read'],
  'filesystem.search': ['read'],
  'filesystem.write_file': ['write'],
  'filesystem.patch': ['read', 'write'],
} as const satisfies Record<FilesystemTool['type'], readonly ('read' | 'write')[]>;

/** No tool wants to read or write where the engine does not permit it. */
export function checkFilesystemTools(view: ProjectView): Problem[] {
  const permitted = permittedBy(view);
  if (permitted === undefined) return [];
  return Object.entries(view.manifests.tools?.tools ?? {}).flatMap(([name, tool]) =>
    'root' in tool ? rootProblems(view, name, { tool, permitted }) : [],
  );
}

function rootProblems(
  view: ProjectView,
  name: string,
  { tool, permitted }: { tool: FilesystemTool; permitted: Permitted },
): Problem[] {
  const path = ['tools', name, 'root'];
  const code = 'MANIFEST_PERMISSION_EXCEEDED';
  const rights = rightsOf[tool.type];
  const exceeded = rights.filter((right) => !mayBeInside(tool.root, permitted[right]));
  if (exceeded.length > 0) {
    return exceeded.map((right) => {
      const message = `The tool ${quote(name)} wants to ${right} in ${quote(tool.root)}, and the engine permits ${permittedInWords(permitted[right])}.`;
      const hint = `Add the directory to permissions.filesystem.${right} of engine.yaml, or choose a root inside of it.`;
      return view.problem('tools', { code, message, hint, path });
    });
  }
  const outside = outsideOwn(view, name, tool);
  if (outside.length > 0 || !isInside(tool.root, [permitted.stateDirectory])) return outside;
  const message = `The tool ${quote(name)} wants to ${rights.join(' and ')} in ${quote(tool.root)}, where the engine keeps its state.`;
  return [view.problem('tools', { code, message, hint: 'Choose another directory.', path })];
}

/** The tool itself may not permit what it does: its root and its own permissions have nothing in common. */
function outsideOwn(view: ProjectView, name: string, tool: FilesystemTool): Problem[] {
  const own = tool.permissions?.filesystem ?? {};
  return rightsOf[tool.type].flatMap((right) => {
    const listed = own[right];
    if (listed === undefined || mayBeInside(tool.root, listed)) return [];
    if (listed.some((written) => mayBeInside(splitGlob(written).directory, [tool.root]))) return [];
    return [
      view.problem('tools', {
        code: 'MANIFEST_PERMISSION_EXCEEDED',
        message: `The tool ${quote(name)} wants to ${right} in ${quote(tool.root)}, and its own permissions allow ${permittedInWords(listed)}.`,
        hint: `Add the root, or a part of it, to permissions.filesystem.${right} of the tool, or choose another root.`,
        path: ['tools', name, 'root'],
      }),
    ];
  });
}
