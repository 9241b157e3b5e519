import { z } from 'zod';
import type { Environment } from '../../security/index.ts';
import { findServer } from './server.ts';

const ModelList = z.object({
  models: z.array(z.object({ name: z.string().min(1), details: z.object({ family: z.string().nullish() }).nullish() })),
});

export interface InstalledModels {
  /** The variable, where what it says is no address. */
  readonly address: string;
  /** Whether a server answers there in time. */
  readonly isThere: boolean;
  /** Models that answer, as the server lists them. */
  readonly names: readonly string[];
}

/** A server of this machine refuses at once when it is not there, and may be busy; one that is far away keeps everybody waiting. */
const limitsMs = { near: 1_000, far: 300 } as const;

/** What the Ollama server of the environment has, or that of a model. Never fails. */
export async function findInstalledModels(
  environment: Environment,
  spec: Parameters<typeof findServer>[0] = {},
): Promise<InstalledModels> {
  try {
    const { address, authorization } = findServer(spec, environment);
    const names = await namesAt(address, authorization);
    return { address, isThere: names !== undefined, names: names ?? [] };
  } catch {
    // What it says may have a password in it.
    return { address: spec.base_url === undefined ? 'OLLAMA_HOST' : 'base_url', isThere: false, names: [] };
  }
}

/** Undefined when nobody answers. */
async function namesAt(address: string, authorization: string | undefined): Promise<readonly string[] | undefined> {
  const isNear = /^https?:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?::|\/|$)/u.test(address);
  try {
    const response = await fetch(`${address}/api/tags`, {
      signal: AbortSignal.timeout(isNear ? limitsMs.near : limitsMs.far),
      ...(authorization !== undefined && { headers: { authorization } }),
    });
    const list = ModelList.safeParse(response.ok ? await response.json() : undefined);
    // Models for embeddings are listed like any other, and cannot chat.
    const chatting = list.data?.models.filter(({ name, details }) => !/embed|bert/u.test(`${name} ${details?.family}`));
    return chatting?.map(({ name }) => name);
  } catch {
    return undefined;
  }
}
