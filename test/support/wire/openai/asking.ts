import { afterEach } from 'vitest';
import type { LLMClient } from '../../../../src/services/llm/index.ts';
import type { ModelAdapterOptions } from '../../../../src/services/llm/adapter-options.ts';
import { createOpenaiClient } from '../../../../src/services/llm/openai/client.ts';
import type { WireAnswer } from '../answer.ts';
import { startWireServer, type WireServer } from '../server.ts';
import { openaiBasics } from './shared.ts';

/** Servers that are closed when a test is over. */
export function servers(): (...answers: readonly WireAnswer[]) => Promise<WireServer> {
  const open: WireServer[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
  });
  return async (...answers) => {
    const server = await startWireServer();
    open.push(server);
    server.enqueue(...answers);
    return server;
  };
}

export function clientAt(
  { origin }: Pick<WireServer, 'origin'>,
  spec: Partial<ModelAdapterOptions['spec']> = {},
  environment: NonNullable<ModelAdapterOptions['environment']> = {},
): LLMClient {
  const full = { provider: 'openai', model: 'test-model', base_url: `${origin}/v1`, ...spec };
  return createOpenaiClient({ alias: 'main', spec: full, environment });
}

/** A stream of these frames. */
export function streamFrames(...frames: readonly string[]): WireAnswer {
  return { kind: 'stream', headers: openaiBasics.streamHeaders, parts: frames };
}
