import { EngineError } from '../../../errors/index.ts';
import { checkPermission } from '../../security/index.ts';
import type { ToolEnvironment, ToolSpecs } from '../adapter.ts';
import { cleanEnvironment } from '../command/clean-environment.ts';
import { denied, fail, quote } from '../failures.ts';
import { openConnection, type Connection } from './connection.ts';
import { createHttpWire } from './http-wire.ts';
import { requireReach } from './reach.ts';
import { loadMcpSdk, type McpSdk } from './sdk.ts';
import { createStdioWire } from './stdio-wire.ts';
import { maxMessageBytesFor, type Wire } from './wire.ts';

export interface McpTarget {
  readonly server: string;
  readonly spec: ToolSpecs['mcp'];
  readonly environment: ToolEnvironment;
}

/** Starts a server, or goes to where it is, if that is permitted, and greets it. Leaves nothing behind when that fails. */
export async function connectTo(target: McpTarget, signal: AbortSignal): Promise<Connection> {
  const wireTo = permittedWire(target);
  const sdk = await loadMcpSdk();
  signal.throwIfAborted();
  const wire = wireTo(sdk);
  const stop = (): void => void wire.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await openConnection(target.server, wire, { sdk, signal });
  } catch (error) {
    await wire.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function permittedWire(target: McpTarget): (sdk: McpSdk) => Wire {
  const { command, url } = target.spec;
  if (command !== undefined) return permittedProcess(target, command);
  if (url !== undefined) return permittedAddress(target, url);
  throw new EngineError(
    'MANIFEST_VALUE_INVALID',
    `The MCP server "${target.server}" has neither a command nor a url.`,
    {
      hint: `Add one of them to tools.${target.server}.`,
    },
  );
}

function permittedProcess({ server, spec, environment }: McpTarget, command: string): (sdk: McpSdk) => Wire {
  const { values, policy, projectDirectory, maxOutputBytes } = environment;
  const shown = [command, ...(spec.args ?? [])];
  const argv = shown.map(values.resolve);
  const decision = checkPermission({ kind: 'command', argv }, policy);
  if (!decision.allowed) {
    const message = `The MCP server "${server}" may not be started by ${quote(shown.join(' '))}: ${decision.reason} (rule ${decision.rule}).`;
    fail(denied(message, decision, decision.hint));
  }
  const [program = '', ...words] = argv;
  const order = {
    server,
    program,
    words,
    workingDirectory: projectDirectory,
    environment: cleanEnvironment(spec.environment ?? [], process.env),
    maxMessageBytes: maxMessageBytesFor(maxOutputBytes),
    redact: values.redact,
  };
  return (sdk) => createStdioWire(order, sdk);
}

function permittedAddress({ server, spec, environment }: McpTarget, declared: string): (sdk: McpSdk) => Wire {
  const { network, values, maxOutputBytes } = environment;
  const written = values.resolve(declared);
  if (!URL.canParse(written))
    fail(
      denied(`The url of the MCP server "${server}" is no address.`, { rule: `tools.${server}.url`, level: 'tool' }),
    );
  const url = new URL(written);
  const reaching = { server, declared, network, resolve: values.resolve };
  const check = (): void => requireReach(url, reaching);
  check();
  const headers = Object.fromEntries(
    Object.entries(spec.headers ?? {}).map(([name, value]) => [name, values.resolve(value)]),
  );
  const maxMessageBytes = maxMessageBytesFor(maxOutputBytes);
  return (sdk) => createHttpWire({ server, url, headers, maxMessageBytes, requireReach: check, fetch }, sdk);
}
