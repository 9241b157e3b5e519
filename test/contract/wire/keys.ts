import { expect, it } from 'vitest';
import { wireKey } from '../../support/wire/faults.ts';
import type { WireCase } from './case.ts';
import { alwaysSays, ask, failedBy, ways } from './calls.ts';

/** Where keys come from, and where they do not go. */
export function keyCases({ protocol, start, clientOf }: WireCase): void {
  const { sentKey, variables } = protocol;
  const { key } = variables;

  it('sends the key that there is', async () => {
    const server = await start(alwaysSays(protocol, ['Hello']));
    await ask(clientOf(server), 'generate');
    expect(sentKey(server.requests[0]?.headers ?? {})).toBe(wireKey);
  });

  it('sends the key of the manifest rather than that of the environment', async () => {
    const server = await start(alwaysSays(protocol, ['Hello']));
    await ask(clientOf(server, { api_key: 'sk-of-the-manifest' }), 'generate');
    expect(sentKey(server.requests[0]?.headers ?? {})).toBe('sk-of-the-manifest');
  });

  // A server that needs no key is asked without one.
  it.runIf(key !== undefined && protocol.isKeyOptional !== true).each(ways)(
    'makes no request without a key, and says where it looked (%s)',
    async (way) => {
      const server = await start();
      const spec = { provider: protocol.provider, model: 'test-model', base_url: server.origin + protocol.basePath };
      const bare = protocol.createClient({ alias: 'main', spec, environment: { [String(key)]: '' } });
      const { failure, className } = await failedBy(ask(bare, way));
      expect({ code: failure?.code, className }).toEqual({ code: 'provider.auth', className: 'Error' });
      expect(failure?.hint).toContain(String(key));
      expect(server.requests).toEqual([]);
    },
  );

  it.each(ways)('has no key in its result (%s)', async (way) => {
    const server = await start(alwaysSays(protocol, ['Hello']));
    const result = await ask(clientOf(server), way);
    expect(JSON.stringify(result)).not.toContain(wireKey);
  });
}
