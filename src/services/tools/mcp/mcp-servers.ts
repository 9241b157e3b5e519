import { createMcpServer, type McpServer, type McpServerOptions } from './mcp-server.ts';

/** The servers of a project: one for all tools that come from it. */
export interface McpServers {
  /** `options` are those of the first tool that names the server. */
  serverOf(name: ServedName, options: Omit<McpServerOptions, 'server'>): McpServer;
  /** Ends all of them. */
  close(): Promise<void>;
}

export interface ServedName {
  readonly server: string;
  /** By the name that the server gives it. */
  readonly tool: string;
}

export function createMcpServers(): McpServers {
  const servers = new Map<string, { readonly server: McpServer; readonly only: Set<string> }>();
  return {
    serverOf: ({ server: name, tool }, options) => {
      const known = servers.get(name);
      if (known !== undefined) {
        known.only.add(tool);
        return known.server;
      }
      const only = new Set([tool]);
      const server = createMcpServer({ ...options, server: name }, only);
      servers.set(name, { server, only });
      return server;
    },
    close: async () => {
      await Promise.all([...servers.values()].map(async ({ server }) => await server.close()));
    },
  };
}

/** "issues.list_issues" is the tool "list_issues" of the server "issues". */
export function servedName(name: string): ServedName {
  const dot = name.indexOf('.');
  return dot === -1 ? { server: name, tool: name } : { server: name.slice(0, dot), tool: name.slice(dot + 1) };
}
