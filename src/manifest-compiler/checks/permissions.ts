import type { Problem } from '../../errors/index.ts';
import { splitCommandWords, type DeclaredToolSpec, type PermissionsSpec } from '../../manifest/index.ts';
import { normalisePath } from '../read/index.ts';
import { listNames, quote } from '../report/index.ts';
import { matchesCommand } from './command-words.ts';
import type { ProjectView } from './project-view.ts';

interface Permitted {
  readonly read: readonly string[];
  readonly write: readonly string[];
  readonly commands: readonly string[];
}

const writingTools: ReadonlySet<string> = new Set(['filesystem.write_file', 'filesystem.patch']);

type CommandTool = Extract<DeclaredToolSpec, { type: 'command.run' }>;

/** No tool asks for more than the engine permits; without permissions nothing is permitted. */
export function checkPermissions(view: ProjectView): Problem[] {
  if (view.isBroken('engine', ['engine', 'permissions'])) return [];
  const permitted = permittedBy(view.manifests.engine?.engine.permissions);
  return Object.entries(view.manifests.tools?.tools ?? {}).flatMap(([name, tool]) => {
    if (tool.type === 'command.run') return commandProblems(view, name, { tool, permitted });
    return 'root' in tool ? rootProblems(view, name, { tool, permitted }) : [];
  });
}

function permittedBy(permissions: PermissionsSpec = {}): Permitted {
  const { filesystem = {}, commands = {} } = permissions;
  return { read: filesystem.read ?? [], write: filesystem.write ?? [], commands: commands.allow ?? [] };
}

function rootProblems(
  view: ProjectView,
  name: string,
  { tool, permitted }: { tool: Extract<DeclaredToolSpec, { root: string }>; permitted: Permitted },
): Problem[] {
  const right = writingTools.has(tool.type) ? 'write' : 'read';
  const roots = permitted[right];
  if (isInside(tool.root, roots)) return [];
  return [
    view.problem('tools', {
      code: 'MANIFEST_PERMISSION_EXCEEDED',
      message: `The tool ${quote(name)} wants to ${right} in ${quote(tool.root)}, and the engine permits ${permittedInWords(roots)}.`,
      hint: `Add the directory to permissions.filesystem.${right} of engine.yaml, or choose a root inside of it.`,
      path: ['tools', name, 'root'],
    }),
  ];
}

function commandProblems(
  view: ProjectView,
  name: string,
  { tool, permitted }: { tool: CommandTool; permitted: Permitted },
): Problem[] {
  const split = splitCommandWords(tool.command);
  const path = ['tools', name, 'command'];
  const problems: Problem[] = [];
  if (!split.ok) {
    const message = `The command ${quote(tool.command)} cannot be run: ${split.reason}.`;
    problems.push(
      view.problem('tools', {
        code: 'MANIFEST_VALUE_INVALID',
        message,
        hint: 'Write a program and its arguments.',
        path,
      }),
    );
  } else if (!permitted.commands.some((pattern) => matchesCommand(split.words, pattern))) {
    problems.push(
      view.problem('tools', {
        code: 'MANIFEST_PERMISSION_EXCEEDED',
        message: `The tool ${quote(name)} wants to run ${quote(tool.command)}, and the engine permits ${permittedInWords(permitted.commands)}.`,
        hint: 'Add the command to permissions.commands.allow of engine.yaml.',
        path,
      }),
    );
  }
  const directory = tool.working_dir;
  const roots = [...permitted.read, ...permitted.write];
  if (directory === undefined || isInside(directory, roots)) return problems;
  const message = `The tool ${quote(name)} wants to work in ${quote(directory)}, and the engine permits ${permittedInWords(roots)}.`;
  const hint = 'Add the directory to permissions.filesystem of engine.yaml, or choose one inside of it.';
  problems.push(
    view.problem('tools', {
      code: 'MANIFEST_PERMISSION_EXCEEDED',
      message,
      hint,
      path: ['tools', name, 'working_dir'],
    }),
  );
  return problems;
}

function permittedInWords(permitted: readonly string[]): string {
  return permitted.length === 0 ? 'nothing' : `only ${listNames(permitted)}`;
}

/** Compares what is written; links are resolved when the tool runs. */
function isInside(directory: string, roots: readonly string[]): boolean {
  const inner = normalisePath(directory);
  return roots.some((root) => {
    const outer = normalisePath(root);
    if (inner === outer) return true;
    if (outer === '.') return !inner.startsWith('..') && !inner.startsWith('/') && !/^[A-Za-z]:/u.test(inner);
    return inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`) && !inner.slice(outer.length).includes('/..');
  });
}
