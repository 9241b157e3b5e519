import { failureError, failureOf } from '../../../errors/index.ts';
import type { CheckedPlace } from '../http/checked-connection.ts';
import type { Connection, ServerCall } from './connection.ts';
import { brokenProtocol, toolChanged, toolMissing } from './failures.ts';
import { createLinks, type Link } from './links.ts';
import { readServedTool, type SchemaCheck, type ServedTool } from './served-tool.ts';

export interface McpServer {
  /** The tool as it was first seen; undefined before anybody has connected, and when it is none that can be called. */
  known(tool: string): ServedTool | undefined;
  /** Connects and learns of the tools, unless that has been done. */
  connect(signal: AbortSignal): Promise<void>;
  /** What the work gives with the tool as it is; rejects with a failure. */
  use<Answer>(tool: string, work: ToolWork<Answer>, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

/** Gets the tool, a way to call it, and where that leads on the network, if it does. */
type ToolWork<Answer> = (
  tool: ServedTool,
  call: (arguments_: ServerCall['arguments']) => Promise<unknown>,
  place: CheckedPlace | undefined,
) => Promise<Answer>;

export interface McpServerOptions {
  readonly server: string;
  readonly checkSchema: SchemaCheck;
  readonly open: (signal: AbortSignal) => Promise<Connection>;
}

/** One server for all its callers. `only` are the tools that may be called; what else it offers does not exist. */
export function createMcpServer({ server, checkSchema, open }: McpServerOptions, only: ReadonlySet<string>): McpServer {
  const seen = new Map<string, ServedTool>();
  const links = createLinks(server, open);
  const find = (tool: string, entries: readonly unknown[]): ServedTool => {
    const read = readServedTool(tool, findEntry(server, tool, entries), checkSchema);
    if (!read.ok) {
      const reason = read.reason.replace(/\.$/u, '');
      throw failureError(brokenProtocol(server, `Its tool ${JSON.stringify(tool)} ${reason}.`));
    }
    const first = seen.get(tool) ?? read.tool;
    if (first.hash !== read.tool.hash) throw failureError(toolChanged(server, tool));
    seen.set(tool, first);
    return first;
  };
  return {
    known: (tool) => seen.get(tool),
    connect: async (signal) => {
      await links.use(async (link, connection) => {
        const entries = await listed(link, connection);
        for (const tool of only) seeIfUsable(() => find(tool, entries));
      }, signal);
    },
    use: async (tool, work, signal) =>
      await links.use(async (link, connection) => {
        const found = find(tool, await listed(link, connection));
        const call = async (given: ServerCall['arguments']): Promise<unknown> =>
          await connection.callTool({ tool, arguments: given }, signal);
        return await work(found, call, connection.place);
      }, signal),
    close: async () => await links.close(),
  };
}

/** The list is asked for once, and again when the server says that it has changed. */
async function listed(link: Link, connection: Connection): Promise<readonly unknown[]> {
  if (connection.isListOutdated()) link.listing = undefined;
  link.listing ??= connection.listTools(link.stop.signal);
  try {
    return await link.listing;
  } catch (error) {
    link.listing = undefined;
    throw error;
  }
}

/** A tool that cannot be used fails when it is called. */
function seeIfUsable(find: () => ServedTool): void {
  try {
    find();
  } catch (error) {
    if (failureOf(error) === undefined) throw error;
  }
}

function findEntry(server: string, tool: string, entries: readonly unknown[]): unknown {
  const [entry, another] = entries.filter((candidate) => nameOf(candidate) === tool);
  if (entry === undefined) {
    const names = entries.map(nameOf).filter((name) => typeof name === 'string');
    throw failureError(toolMissing(server, tool, names));
  }
  if (another === undefined) return entry;
  throw failureError(brokenProtocol(server, `Its tool ${JSON.stringify(tool)} is in its list more than once.`));
}

function nameOf(entry: unknown): unknown {
  return typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
}
