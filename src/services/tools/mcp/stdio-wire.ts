import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Failure } from '../../../errors/index.ts';
import { quote } from '../failures.ts';
import { brokenProtocol, unreachable } from './failures.ts';
import type { McpSdk } from './sdk.ts';
import { startServer, type ServerListener, type ServerOrder, type ServerProcess } from './server-process.ts';
import { createAllowance, type Allowance, type Wire } from './wire.ts';

export interface StdioTarget extends ServerOrder {
  readonly server: string;
  readonly redact: (text: string) => string;
}

const shownOfStderr = 4_000;

/** A server that is started, and spoken to over its standard input and output. */
export function createStdioWire(target: StdioTarget, { readMessage }: Pick<McpSdk, 'readMessage'>): Wire {
  const { server } = target;
  const allowance = createAllowance(target.maxMessageBytes);
  let process: ServerProcess | undefined;
  let failure: Failure | undefined;
  let closing: Promise<void> | undefined;
  const lose = (reason: Failure): void => {
    if (closing !== undefined) return;
    const stderr = target
      .redact(process?.stderr() ?? '')
      .slice(-shownOfStderr)
      .toWellFormed()
      .trim();
    failure = stderr === '' ? reason : { ...reason, details: { ...reason.details, stderr } };
    void transport.close();
  };
  const take = (line: string): void => {
    if (closing !== undefined) return;
    const message = readMessage(line);
    if (message === undefined)
      lose(brokenProtocol(server, `It wrote ${quote(target.redact(line))}, which is no message.`));
    else transport.onmessage?.(message);
  };
  const transport: Transport = {
    start: async () => {
      process = startServer(target, listenerOf(target, { allowance, lose, take }));
      await Promise.resolve();
    },
    send: async (message) => {
      if (closing !== undefined) throw new Error('The server has ended.');
      process?.write(JSON.stringify(message));
      await Promise.resolve();
    },
    close: async () => {
      if (closing === undefined) {
        closing = process?.end() ?? Promise.resolve();
        transport.onclose?.();
      }
      await closing;
    },
  };
  return {
    transport,
    allowMore: () => allowance.reset(),
    fault: () => failure,
    isOver: () => closing !== undefined,
    close: async () => await transport.close(),
  };
}

interface Ears {
  readonly allowance: Allowance;
  readonly lose: (reason: Failure) => void;
  readonly take: (line: string) => void;
}

function listenerOf({ server, maxMessageBytes }: StdioTarget, { allowance, lose, take }: Ears): ServerListener {
  return {
    line: (line) => {
      if (allowance.take(Buffer.byteLength(line))) take(line);
      else lose(brokenProtocol(server, 'It sends more than anybody asked for.'));
    },
    tooLong: () => lose(brokenProtocol(server, `It wrote a message of more than ${maxMessageBytes} bytes.`)),
    ended: (reason) => lose(unreachable(server, reason)),
  };
}
