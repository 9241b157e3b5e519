import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { play } from './play.ts';
import type { WireAnswer } from './answer.ts';

/** What a server was sent. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Read as JSON; the text where it is none. */
  readonly body: unknown;
  /** Once its socket is closed, by whichever side. */
  readonly closed: Promise<void>;
}

export interface WireServer {
  readonly origin: string;
  /** In the order in which they came. */
  readonly requests: readonly WireRequest[];
  /** The request of this number, counted from 0, as soon as it is there. */
  readonly request: (index: number) => Promise<WireRequest>;
  /** Queues answers to the next requests. */
  readonly enqueue: (...answers: readonly WireAnswer[]) => void;
  readonly close: () => Promise<void>;
}

export interface WireServerOptions {
  /** Answers requests for which nothing is queued. Without it they get the status 501. */
  readonly answer?: (request: WireRequest) => WireAnswer;
}

const unexpected: WireAnswer = { kind: 'body', status: 501, body: 'No answer is queued.' };

/** An HTTP server on a free port of the loopback address: it keeps what it is sent and answers as the test says. */
export async function startWireServer({ answer = () => unexpected }: WireServerOptions = {}): Promise<WireServer> {
  const requests: WireRequest[] = [];
  const queue: WireAnswer[] = [];
  const arrivals: { index: number; arrived: (request: WireRequest) => void }[] = [];
  const closings = new WeakMap<Socket, Promise<void>>();

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await textOf(incoming);
    if (text === undefined) return;
    const request = requestOf(incoming, { text, closed: closings.get(incoming.socket) ?? Promise.resolve() });
    requests.push(request);
    for (const { index, arrived } of arrivals) if (index === requests.length - 1) arrived(request);
    await play(queue.shift() ?? answer(request), response);
  };
  const server = createServer((incoming, response) => void handle(incoming, response));
  server.on('connection', (socket: Socket) => {
    // Once for each socket, which may carry many requests.
    closings.set(socket, new Promise((closed) => socket.once('close', () => closed())));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    request: (index) => {
      const request = requests[index];
      if (request !== undefined) return Promise.resolve(request);
      return new Promise((arrived) => arrivals.push({ index, arrived }));
    },
    enqueue: (...answers) => void queue.push(...answers),
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** An address at which nothing listens. */
export async function closedOrigin(): Promise<string> {
  const server = await startWireServer();
  await server.close();
  return server.origin;
}

interface Received {
  readonly text: string;
  readonly closed: Promise<void>;
}

function requestOf(incoming: IncomingMessage, { text, closed }: Received): WireRequest {
  const { method = '', url = '', headers } = incoming;
  return { method, path: url, headers, body: readBody(text), closed };
}

/** Nothing when the client went away in the middle. */
async function textOf(incoming: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  try {
    for await (const piece of incoming) if (Buffer.isBuffer(piece)) pieces.push(piece);
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces).toString('utf8');
}

function readBody(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
