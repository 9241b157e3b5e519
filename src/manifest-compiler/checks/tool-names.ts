import { createNameFinder, quote, type NameFinder } from '../report/index.ts';
import type { DeclaredNames, ProjectView } from './project-view.ts';
import { toolsOfEntry } from './runnable.ts';

/** What tools may be called by: the tools of a server are named one by one, and the server itself is none. */
export function toolNames(view: ProjectView): DeclaredNames {
  const entries = view.names('tools', ['tools']);
  const read = new Map(Object.entries(view.manifests.tools?.tools ?? {}));
  const known = new Set([...read].flatMap(([name, tool]) => toolsOfEntry(name, tool).map(([called]) => called)));
  const mayBeThere = (name: string): boolean => !read.has(name) && entries.has(name);
  const finder = createNameFinder(known);
  return {
    has: (name) => known.has(name) || mayBeThere(name) || mayBeThere(entryOf(name)),
    finder: { ...finder, hint: (name) => serverHint(name, read, finder) ?? finder.hint(name) },
  };
}

/** The entry of tools.yaml that brings a tool of this name. */
export function entryOf(tool: string): string {
  const dot = tool.indexOf('.');
  return dot === -1 ? tool : tool.slice(0, dot);
}

function serverHint(
  name: string,
  read: ReadonlyMap<string, Parameters<typeof toolsOfEntry>[1]>,
  finder: NameFinder,
): string | undefined {
  const server = entryOf(name);
  const tool = read.get(server);
  if (tool?.type !== 'mcp') return undefined;
  if (server === name)
    return `It is a server; name one of its tools: ${tool.only.map((one) => quote(`${name}.${one}`)).join(', ')}.`;
  const near = finder.nearest(name);
  const guess = near === undefined ? '' : `Did you mean ${quote(near)}? Else a`;
  const order = `dd ${quote(name.slice(server.length + 1))} to "only" of the tool ${quote(server)}.`;
  return guess === '' ? `A${order}` : `${guess}${order}`;
}
