import type OpenAI from 'openai';
import { heardResponse } from '../heard-response.ts';
import { loadLibrary } from '../load-library.ts';
import type { OpenaiSettings } from './settings.ts';

/** The client of the provider's library, which is loaded now and not before. */
export async function createSdkClient(settings: OpenaiSettings, onBytes?: () => void): Promise<OpenAI> {
  const { OpenAI: Client } = await loadLibrary('openai', () => import('openai'));
  const { key, baseUrl, organization, project } = settings;
  return new Client({
    // What is left out here the library looks up in the environment of the process by itself.
    apiKey: key,
    adminAPIKey: null,
    webhookSecret: null,
    baseURL: baseUrl ?? null,
    organization: organization ?? null,
    project: project ?? null,
    logLevel: 'off',
    maxRetries: 0, // the stage retries; two layers would multiply
    timeout: longestTimerMs, // calls are watched elsewhere, and the library gives up after ten minutes
    fetch: async (url, init) => {
      const headers = onlyOurs(new Headers(init?.headers), settings);
      return heardResponse(await fetch(url, { ...init, headers }), onBytes);
    },
  });
}

const longestTimerMs = 2 ** 31 - 1;
const fromLibrary = /^(?:idempotency-key|user-agent|x-stainless-.+)$/u;

/** The library also sends what OPENAI_CUSTOM_HEADERS says, a key among it, and has no switch for that. */
function onlyOurs(sent: Headers, { key, organization, project }: OpenaiSettings): Headers {
  const headers = new Headers([...sent].filter(([name]) => fromLibrary.test(name)));
  headers.set('accept', 'application/json');
  headers.set('content-type', 'application/json');
  headers.set('authorization', `Bearer ${key}`);
  if (organization !== undefined) headers.set('openai-organization', organization);
  if (project !== undefined) headers.set('openai-project', project);
  return headers;
}
