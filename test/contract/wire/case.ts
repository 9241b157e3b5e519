import type { LLMClient } from '../../../src/services/llm/index.ts';
import type { ModelSpec } from '../../../src/manifest/index.ts';
import type { WireProtocol } from '../../support/wire/protocol.ts';
import type { WireServer, WireServerOptions } from '../../support/wire/server.ts';

/** A provider's adapter and the server that it talks to. */
export interface WireCase {
  readonly protocol: WireProtocol;
  /** A server that is closed when the test is over. */
  readonly start: (options?: WireServerOptions) => Promise<WireServer>;
  /** A client of that server, with a key where the protocol has one. */
  readonly clientOf: (server: Pick<WireServer, 'origin'>, changes?: Partial<ModelSpec>) => LLMClient;
}
