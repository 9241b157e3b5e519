import type { Problem } from '../../errors/index.ts';
import { matchesCommand, readCommandPattern, takesOutsideValue, type DeclaredToolSpec } from '../../manifest/index.ts';
import { quote, type ProblemInput } from '../report/index.ts';
import { permittedBy, permittedInWords } from './permitted.ts';
import type { ProjectView } from './project-view.ts';

type McpTool = Extract<DeclaredToolSpec, { type: 'mcp' }>;
type Finding = Pick<ProblemInput, 'code' | 'message' | 'hint'> & { readonly field?: string };

/** Each MCP server is either started or found at an address, and the engine permits the command that starts it. */
export function checkMcpTools(view: ProjectView): Problem[] {
  return Object.entries(view.manifests.tools?.tools ?? {}).flatMap(([name, tool]) => {
    if (tool.type !== 'mcp') return [];
    return [...wayProblems(name, tool), ...commandProblems(view, name, tool), ...addressProblems(name, tool)].map(
      ({ field, ...finding }) =>
        view.problem('tools', {
          ...finding,
          path: ['tools', name, ...(field === undefined ? [] : [field])],
          at: 'key',
        }),
    );
  });
}

/** Fields that go with the other way to reach a server. */
const strays = {
  command: ['headers'],
  url: ['args', 'environment', 'sandbox', 'max_memory_bytes', 'max_processes'],
} as const;

function wayProblems(name: string, tool: McpTool): Finding[] {
  const code = 'MANIFEST_VALUE_INVALID';
  if (tool.command === undefined && tool.url === undefined) {
    const message = `The MCP server ${quote(name)} has neither a command nor a url.`;
    return [{ code, message, hint: 'Add the command that starts it, or the url where it is.' }];
  }
  if (tool.command !== undefined && tool.url !== undefined) {
    const message = `The MCP server ${quote(name)} has a command and a url, and can only have one.`;
    return [{ code, message, hint: 'Remove one of them.', field: 'url' }];
  }
  const way = tool.command === undefined ? 'url' : 'command';
  return strays[way]
    .filter((field) => tool[field] !== undefined)
    .map((field) => ({
      code,
      message: `"${field}" means nothing to an MCP server with a ${way}.`,
      hint: 'Remove it.',
      field,
    }));
}

function commandProblems(view: ProjectView, name: string, { command, args = [] }: McpTool): Finding[] {
  const permitted = permittedBy(view);
  if (command === undefined || permitted === undefined) return [];
  const words = [command, ...args];
  const isPermitted = permitted.commands.some((line) => {
    const read = readCommandPattern(line);
    return !read.ok || matchesCommand(words, read.pattern, maybeSame);
  });
  if (isPermitted) return [];
  const message = `The MCP server ${quote(name)} is started by ${quote(words.join(' '))}, and the engine permits ${permittedInWords(permitted.commands)}.`;
  const hint = 'Add the command to permissions.commands.allow of engine.yaml.';
  return [{ code: 'MANIFEST_PERMISSION_EXCEEDED', message, hint, field: 'command' }];
}

function maybeSame(word: string, permitted: string): boolean {
  return word === permitted || takesOutsideValue(word) || takesOutsideValue(permitted);
}

function addressProblems(name: string, { url }: McpTool): Finding[] {
  if (url === undefined || takesOutsideValue(url)) return [];
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol === 'http:' || address?.protocol === 'https:') return [];
  const message = `The url ${quote(url)} of the MCP server ${quote(name)} is no address of the web.`;
  return [{ code: 'MANIFEST_VALUE_INVALID', message, hint: 'Write one that begins with "https://".', field: 'url' }];
}
