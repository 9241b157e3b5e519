import { WebSocket, WebSocketServer } from 'ws';

/** Hands on what tasks send to whoever looks, on this machine alone. */
export function startRelay(port: number): WebSocketServer {
  const relay = new WebSocketServer({ host: '127.0.0.1', port });
  relay.on('connection', (sender) => {
    sender.on('message', (data, isBinary) => {
      for (const other of relay.clients)
        if (other !== sender && other.readyState === WebSocket.OPEN) other.send(data, { binary: isBinary });
    });
  });
  return relay;
}
