import { hostOf } from '../../../manifest/index.ts';
import { cleanEnvironment } from '../command/clean-environment.ts';
import { lockUp } from '../command/locked-command.ts';
import { fail } from '../failures.ts';
import { checkedPlace } from '../http/checked-connection.ts';
import { describeSystemError } from '../system-error.ts';
import { openConnection, type Connection } from './connection.ts';
import { unreachable } from './failures.ts';
import { createHttpWire } from './http-wire.ts';
import { loadMcpSdk, type McpSdk } from './sdk.ts';
import { permittedWay, type McpTarget } from './server-permission.ts';
import { createStdioWire } from './stdio-wire.ts';
import { maxMessageBytesFor, type Wire } from './wire.ts';

type ToWire = (sdk: McpSdk) => Wire;

/** Starts a server, or goes to where it is, if that is permitted, and greets it. Leaves nothing behind when that fails. */
export async function connectTo(target: McpTarget, signal: AbortSignal): Promise<Connection> {
  const wireTo = await permittedWire(target, signal);
  const sdk = await loadMcpSdk();
  signal.throwIfAborted();
  const wire = wireTo(sdk);
  const stop = (): void => void wire.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await openConnection(target.server, wire, { sdk, signal, redact: target.environment.values.redact });
  } catch (error) {
    await wire.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function permittedWire(target: McpTarget, signal: AbortSignal): Promise<ToWire> {
  const way = permittedWay(target, { policy: target.environment.policy, checked: () => undefined });
  return 'url' in way ? await addressWire(target, way.url, signal) : await processWire(target, way.argv);
}

/** The server is shared: it is locked up by what engine and tool permit. */
async function processWire({ server, spec, environment }: McpTarget, argv: readonly string[]): Promise<ToWire> {
  const { values, policy, projectDirectory, maxOutputBytes } = environment;
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
  try {
    const locked = await lockUp(order, { spec, environment, policy });
    return (sdk) => createStdioWire(locked, sdk);
  } catch (error) {
    return fail(unreachable(server, `could not be started: ${describeSystemError(error)}`));
  }
}

async function addressWire({ server, spec, environment }: McpTarget, url: URL, signal: AbortSignal): Promise<ToWire> {
  const { policy, resolveHost, values, maxOutputBytes } = environment;
  const place = await checkedPlace(hostOf(url), {
    tool: server,
    policy,
    resolveHost,
    signal,
    checked: () => undefined,
  });
  const headers = Object.fromEntries(
    Object.entries(spec.headers ?? {}).map(([name, value]) => [name, values.resolve(value)]),
  );
  const maxMessageBytes = maxMessageBytesFor(maxOutputBytes);
  return (sdk) => createHttpWire({ server, url, headers, maxMessageBytes, place }, sdk);
}
