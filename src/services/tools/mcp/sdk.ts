import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

export interface McpSdk {
  readonly Client: typeof Client;
  readonly StreamableHTTPClientTransport: typeof StreamableHTTPClientTransport;
  /** The message that a text is; undefined when it is none. */
  readonly readMessage: (text: string) => JSONRPCMessage | undefined;
}

let loading: Promise<McpSdk> | undefined;

/** Loaded when a server is first used: it takes longer than the rest of the engine, and most projects have no server. */
export async function loadMcpSdk(): Promise<McpSdk> {
  loading ??= importSdk();
  return await loading;
}

async function importSdk(): Promise<McpSdk> {
  const [client, http, types] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ]);
  return {
    Client: client.Client,
    StreamableHTTPClientTransport: http.StreamableHTTPClientTransport,
    readMessage: (text) => {
      try {
        return types.JSONRPCMessageSchema.safeParse(JSON.parse(text)).data;
      } catch {
        return undefined;
      }
    },
  };
}
