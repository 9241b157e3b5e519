import { failureOf, type Failure } from '../../../errors/index.ts';
import type { CallContext, Preparation, ToolAdapter, ToolEnvironment, ToolSpecs } from '../adapter.ts';
import { undeclaredCapabilities } from '../../../manifest/index.ts';
import { fail, invalidInput } from '../failures.ts';
import { requireAddresses } from '../http/checked-connection.ts';
import { requireSandbox } from '../command/locked-command.ts';
import type { JsonValue } from '../json-value.ts';
import type { ToolOutcome } from '../port.ts';
import type { McpServer } from './mcp-server.ts';
import { servedName } from './mcp-servers.ts';
import { readResult } from './result.ts';
import type { ServedTool } from './served-tool.ts';
import { permittedWay } from './server-permission.ts';
import { connectTo } from './start-server.ts';

interface McpTool {
  readonly name: string;
  /** By the name that the server gives it. */
  readonly tool: string;
  readonly serverName: string;
  readonly server: McpServer;
  readonly spec: ToolSpecs['mcp'];
  readonly environment: ToolEnvironment;
}

/**
 * One tool of a server. What the server says of it is taken as a description and never as a permission. Throws
 * SECURITY_SANDBOX_MISSING where the server needs a sandbox and there is none.
 */
export async function createMcpTool(spec: ToolSpecs['mcp'], environment: ToolEnvironment): Promise<ToolAdapter> {
  const { name, servers } = environment;
  await requireSandbox(spec, name);
  const served = servedName(name);
  const server = servers.serverOf(served, {
    checkSchema: (schema) => problemOf(() => environment.schemas.validate(schema, null)),
    open: async (signal) => await connectTo({ server: served.server, spec, environment }, signal),
  });
  const tool: McpTool = { name, tool: served.tool, serverName: served.server, server, spec, environment };
  const capabilities = spec.capabilities ?? undeclaredCapabilities;
  return {
    describe: () => {
      const known = server.known(served.tool);
      return {
        description: spec.description ?? descriptionOf(tool, known),
        capabilities,
        ...(known !== undefined && { inputSchema: known.inputSchema }),
        ...(known?.outputSchema !== undefined && { outputSchema: known.outputSchema }),
      };
    },
    connect: async ({ signal, policy }) => {
      permittedWay({ server: served.server, spec, environment }, { policy, checked: () => undefined });
      await server.connect(signal);
    },
    prepare: (arguments_) => prepare(tool, arguments_),
  };
}

/** Why a schema cannot be used. */
function problemOf(use: () => unknown): string | undefined {
  try {
    use();
    return undefined;
  } catch (error) {
    return failureOf(error)?.message ?? 'it cannot be compiled';
  }
}

function descriptionOf({ serverName, tool }: McpTool, known: ServedTool | undefined): string {
  const start = `The tool "${tool}" of the server "${serverName}"`;
  const said = known?.description ?? '';
  return said === '' ? `${start}.` : `${start}, which says of it: ${JSON.stringify(said)}`;
}

/** Checked as soon as it is known what fits, and before the call in any case. */
function prepare(tool: McpTool, arguments_: JsonValue): Preparation {
  const known = tool.server.known(tool.tool);
  const failure = known === undefined ? noObject(tool, arguments_) : misfit(tool, known, arguments_);
  if (failure !== undefined) return { ok: false, failure };
  return {
    ok: true,
    call: {
      run: async (context) => await run(tool, arguments_, context),
      preview: async () => await Promise.resolve({ not_run: 'dry_run', would_call: tool.name, arguments: arguments_ }),
    },
  };
}

/** The server is shared, so that what an agent and a task narrow is checked for each of their calls. */
async function run(tool: McpTool, arguments_: JsonValue, context: CallContext): Promise<ToolOutcome> {
  const { server, serverName, environment } = tool;
  permittedWay({ server: serverName, spec: tool.spec, environment }, context);
  return await server.use(
    tool.tool,
    async (served, call, place) => {
      if (place !== undefined) requireAddresses(place, { ...context, tool: serverName });
      const failure = misfit(tool, served, arguments_);
      if (failure !== undefined) fail(failure);
      return readResult(await call(arguments_), { server: serverName, tool: served, environment });
    },
    context.signal,
  );
}

function noObject({ name }: McpTool, arguments_: JsonValue): Failure | undefined {
  if (typeof arguments_ === 'object' && arguments_ !== null && !Array.isArray(arguments_)) return undefined;
  return invalidInput(name, [{ path: '', rule: 'type', message: 'The whole is no object.' }]);
}

function misfit(tool: McpTool, { inputSchema }: ServedTool, arguments_: JsonValue): Failure | undefined {
  const found = tool.environment.schemas.validate(inputSchema, arguments_);
  return found.length === 0 ? noObject(tool, arguments_) : invalidInput(tool.name, found);
}
