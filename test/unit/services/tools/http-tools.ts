import type { PermissionsSpec, ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolCall, ToolOutcome, ToolRuntimeOptions } from '../../../../src/services/tools/index.ts';
import { startServer, type Respond, type TestServer } from './http-server.ts';
import { createToolProject, toolCall, type ToolProject } from './tool-project.ts';

export type HttpSpec = Extract<ToolSpec, { type: 'http.request' }>;

export interface HttpCall {
  readonly spec: Omit<HttpSpec, 'type'>;
  /** Hosts that the engine permits. Default: those of the tool. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly arguments?: unknown;
  readonly call?: Partial<ToolCall>;
  readonly options?: Partial<ToolRuntimeOptions>;
}

/** Servers on loopback and tools that ask them; all of it goes with `remove`. */
export interface HttpProject {
  readonly project: ToolProject;
  serve(respond: Respond, host?: string, port?: number): Promise<TestServer>;
  ask(call: HttpCall): Promise<ToolOutcome>;
  remove(): Promise<void>;
}

export function createHttpProject(): HttpProject {
  const project = createToolProject();
  const servers: TestServer[] = [];
  return {
    project,
    async serve(respond, host, port) {
      const server = await startServer(respond, host, port);
      servers.push(server);
      return server;
    },
    async ask({ spec, allow, deny, arguments: given, call, options }) {
      const permissions: PermissionsSpec = {
        network: { allow: [...(allow ?? spec.allow_hosts ?? [])], ...(deny !== undefined && { deny: [...deny] }) },
      };
      const tools = { ask: { type: 'http.request', ...spec } } as const;
      const runtime = await project.runtime({ tools, permissions, resolveHost: noNames, ...options });
      return await runtime.call(toolCall('ask', given, call));
    },
    async remove() {
      await project.remove();
      await Promise.all(servers.map(async (server) => await server.close()));
    },
  };
}

/** No test asks a real name service. */
async function noNames(host: string): Promise<readonly string[]> {
  return await Promise.reject(Object.assign(new Error(`No ${host}.`), { code: 'ENOTFOUND' }));
}

/** Answers each name with the addresses of its list in turn, and stays at the last. */
export function namesWith(table: Readonly<Record<string, readonly (readonly string[])[]>>) {
  const asked: string[] = [];
  return {
    asked,
    resolveHost: async (host: string): Promise<readonly string[]> => {
      const answers = table[host] ?? [];
      const answer = answers[Math.min(asked.filter((name) => name === host).length, answers.length - 1)] ?? [];
      asked.push(host);
      return await Promise.resolve(answer);
    },
  };
}
