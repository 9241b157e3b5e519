import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { z } from 'zod';
import { failureError, failureOf, type Failure } from '../../../errors/index.ts';
import type { CheckedPlace } from '../http/checked-connection.ts';
import type { JsonValue } from '../json-value.ts';
import { brokenProtocol, unreachable } from './failures.ts';
import { saidText } from './said-text.ts';
import type { McpSdk } from './sdk.ts';
import type { Wire } from './wire.ts';

/** One conversation with a server. What goes wrong in it is thrown as a failure. */
export interface Connection {
  /** What the server says there is, entry by entry. */
  listTools(signal: AbortSignal): Promise<readonly unknown[]>;
  /** The result as the server gave it. */
  callTool(call: ServerCall, signal: AbortSignal): Promise<unknown>;
  /** Where it leads on the network; undefined for a server that was started. */
  readonly place: CheckedPlace | undefined;
  isLost(): boolean;
  /** The server said that its tools are others now; forgotten once they are listed. */
  isListOutdated(): boolean;
  close(): Promise<void>;
}

export interface ServerCall {
  readonly tool: string;
  readonly arguments: JsonValue;
}

/** Timers take no more than this; how long a call may take is the business of whoever made it. */
const longestTimerMs = 2_147_483_647;
const mostTools = 1_000;
const mostPages = 50;

const Page = z.object({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });
const Anything = z.looseObject({});

interface Greeting {
  readonly sdk: McpSdk;
  readonly signal: AbortSignal;
  readonly redact: (text: string) => string;
}

/** Greets the server. What it would like of its client (models, files, questions to people) is refused: none is offered. */
export async function openConnection(
  server: string,
  wire: Wire,
  { sdk, signal, redact }: Greeting,
): Promise<Connection> {
  const client = new sdk.Client({ name: 'agent-engine', version: '1' }, { capabilities: {} });
  let isListOutdated = false;
  client.fallbackNotificationHandler = async ({ method }) => {
    if (method === 'notifications/tools/list_changed') isListOutdated = true;
    await Promise.resolve();
  };
  const ask = async <Answer>(question: () => Promise<Answer>): Promise<Answer> => {
    wire.allowMore();
    try {
      return await question();
    } catch (error) {
      throw failureError(wire.fault() ?? failureOf(error) ?? refusal(server, error, redact));
    }
  };
  await ask(async () => {
    await client.connect(wire.transport, { signal, timeout: longestTimerMs });
  });
  return {
    listTools: async (until) => {
      isListOutdated = false;
      return await listTools(async (cursor) => await ask(async () => await askForPage(client, cursor, until)), server);
    },
    callTool: async ({ tool, arguments: given }, until) =>
      await ask(async () => {
        const params = { name: tool, arguments: isRecord(given) ? { ...given } : {} };
        return await client.request({ method: 'tools/call', params }, Anything, requestOptions(until));
      }),
    place: wire.place,
    isLost: () => wire.isOver(),
    isListOutdated: () => isListOutdated,
    close: async () => await wire.close(),
  };
}

function requestOptions(signal: AbortSignal): { readonly signal: AbortSignal; readonly timeout: number } {
  return { signal, timeout: longestTimerMs };
}

async function askForPage(client: Client, cursor: string | undefined, signal: AbortSignal): Promise<unknown> {
  const params = cursor === undefined ? {} : { cursor };
  return await client.request({ method: 'tools/list', params }, Anything, requestOptions(signal));
}

/** A server can have one page follow the other for ever. */
async function listTools(
  pageAt: (cursor: string | undefined) => Promise<unknown>,
  server: string,
): Promise<readonly unknown[]> {
  const tools: unknown[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages && tools.length <= mostTools; pages += 1) {
    const page = Page.safeParse(await pageAt(cursor));
    if (!page.success) throw failureError(brokenProtocol(server, 'Its list of tools is none.'));
    tools.push(...page.data.tools);
    cursor = page.data.nextCursor;
    if (cursor === undefined) return tools;
  }
  throw failureError(
    brokenProtocol(server, `Its list of tools has more than ${mostTools} entries or ${mostPages} pages.`),
  );
}

function isRecord(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const RemoteError = z.object({ code: z.number(), message: z.string() });

/** What the server, or the way to it, answered in place of a result. */
function refusal(server: string, error: unknown, redact: Greeting['redact']): Failure {
  if (error instanceof Error && error.name === 'ZodError')
    return brokenProtocol(server, 'It gave an answer of a form that the protocol does not have.');
  const remote = RemoteError.safeParse(error);
  const said = saidText(redact(error instanceof Error ? error.message : String(error)), 500);
  const reason = `answered with an error: ${JSON.stringify(said)}`;
  return unreachable(server, reason, remote.success ? { mcp_error: remote.data.code } : undefined);
}
