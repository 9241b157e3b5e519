import { afterEach, beforeEach, describe } from 'vitest';
import type { WireProtocol } from '../support/wire/protocol.ts';
import { wireKey } from '../support/wire/faults.ts';
import { startWireServer, type WireServer } from '../support/wire/server.ts';
import { modelClientContract, promptOf } from './model-client.ts';
import { alwaysSays } from './wire/calls.ts';
import { cancelCases } from './wire/cancels.ts';
import type { WireCase } from './wire/case.ts';
import { faultCases } from './wire/faults.ts';
import { keyCases } from './wire/keys.ts';
import { replyCases } from './wire/replies.ts';
import { requestCases } from './wire/requests.ts';

/** What every adapter to a model behind a network has to do, seen from the wire. */
export function wireModelContract(protocol: WireProtocol): void {
  const servers: WireServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  const wire: WireCase = {
    protocol,
    start: async (options) => {
      const server = await startWireServer(options);
      servers.push(server);
      return server;
    },
    clientOf: ({ origin }, changes = {}) =>
      protocol.createClient({
        alias: 'main',
        spec: {
          provider: protocol.provider,
          model: 'test-model',
          base_url: origin + protocol.basePath,
          // Where no variable holds a key for this server, a manifest still may.
          ...(protocol.variables.key === undefined && { api_key: wireKey }),
          ...changes,
        },
        environment: protocol.variables.key === undefined ? {} : { [protocol.variables.key]: wireKey },
      }),
  };
  describe('like every adapter', () => {
    let origin = '';
    beforeEach(async () => {
      ({ origin } = await wire.start(alwaysSays(protocol, ['Hel', 'lo'])));
    });
    modelClientContract(() => wire.clientOf({ origin }), promptOf());
  });
  describe('requests', () => {
    requestCases(wire);
  });
  describe('replies', () => {
    replyCases(wire);
  });
  describe('faults', () => {
    faultCases(wire);
  });
  describe('cancelling', () => {
    cancelCases(wire);
  });
  describe('keys', () => {
    keyCases(wire);
  });
}
