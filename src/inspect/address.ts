import { EngineError } from '../errors/index.ts';

/** Throws PLUGIN_ADDRESS_INVALID. */
export function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'ws:' || url.protocol === 'wss:') && url.hash === '') return url;
  throw new EngineError('PLUGIN_ADDRESS_INVALID', 'The address of the inspector is no WebSocket address.', {
    hint: 'Give one that begins with "ws://" or "wss://", as in "ws://127.0.0.1:8080".',
  });
}

/** Whether what is sent there stays on this machine. */
export function isLocal({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/u.test(hostname);
}
