import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface TestServer {
  readonly port: number;
  readonly seen: SeenRequest[];
  /** How many connections were made, also those without a request. */
  connections(): number;
  /** Resolves when the last connection has gone. */
  untilAlone(): Promise<void>;
  close(): Promise<void>;
}

export type Respond = (request: SeenRequest, response: ServerResponse) => void;

/** A server on an address of loopback that keeps what it is asked. */
export async function startServer(respond: Respond, host = '127.0.0.1', port = 0): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let tellAlone: (() => void) | undefined;
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readAll(message);
    const { method = '', url = '', headers } = message;
    const request = { method, path: url, headers, body };
    seen.push(request);
    respond(request, response);
  };
  const server = createServer((message, response) => {
    void serve(message, response);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) tellAlone?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    port: portOf(server),
    seen,
    connections: () => connections,
    untilAlone: async () => {
      await new Promise<void>((resolve) => {
        tellAlone = resolve;
        if (sockets.size === 0) resolve();
      });
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

async function readAll(message: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of message) if (Buffer.isBuffer(piece)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
