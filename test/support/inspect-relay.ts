import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';

/** What a receiver is sent, as far as tests look at it. */
const Received = z.object({
  type: z.string(),
  sessionId: z.string(),
  name: z.string().optional(),
  definition: z.string().optional(),
  event: z.looseObject({ type: z.string() }).optional(),
  snapshot: z
    .looseObject({
      status: z.string(),
      value: z.unknown().optional(),
      context: z.unknown().optional(),
      children: z.unknown().optional(),
    })
    .optional(),
});
export type Received = z.infer<typeof Received>;

export interface Relay {
  readonly url: string;
  readonly port: number;
  /** All that came, in order, as texts. */
  readonly texts: string[];
  readonly received: () => readonly Received[];
  /** Returns once what came fulfils it. */
  until(condition: (received: readonly Received[]) => boolean): Promise<void>;
  /** The connections there are. */
  readonly sockets: ReadonlySet<WebSocket>;
  /** Ends all connections at once, without a word. */
  stop(): Promise<void>;
}

/** Hands on what one client sends to all others, as the relay of the inspector does, on the loopback address alone. */
export async function openRelay(port = 0): Promise<Relay> {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  const texts: string[] = [];
  const received: Received[] = [];
  const watchers = new Set<() => void>();
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      texts.push(text);
      received.push(Received.parse(JSON.parse(text)));
      for (const other of server.clients) if (other !== socket) other.send(text);
      for (const watch of watchers) watch();
    });
  });
  await new Promise((listening) => {
    server.once('listening', listening);
  });
  const stop = async (): Promise<void> => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((closed) => {
      server.close(closed);
    });
  };
  onTestFinished(stop);
  const taken = portOf(server.address());
  return {
    url: `ws://127.0.0.1:${taken}`,
    port: taken,
    texts,
    received: () => received,
    sockets: server.clients,
    stop,
    until: (condition) =>
      new Promise((resolve) => {
        const watch = (): void => {
          if (!condition(received)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
  };
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
