import { providerKey } from '../provider-key.ts';
import type { ModelAdapterOptions } from '../adapter-options.ts';

/** Where the requests of one model go, and as whom. */
export interface OpenaiSettings {
  readonly api: 'chat' | 'responses';
  /** Nothing: that of OpenAI. */
  readonly baseUrl: string | undefined;
  readonly key: string;
  /** The key, where it is one: to be taken out of what is said. */
  readonly secret: string;
  /** Whether the server is one of OpenAI, and not one that only speaks like it. */
  readonly isOpenai: boolean;
  readonly organization: string | undefined;
  readonly project: string | undefined;
}

/** Servers of one's own mostly ask for no key, and the library cannot do without one. */
const noKey = 'none';
const keyVariable = 'OPENAI_API_KEY';
const ofOpenai = /^https:\/\/(?:[\w-]+\.)*openai\.com(?:[:/]|$)/iu;

/** Throws a `provider.auth` failure when there is no key where one is needed. */
export function settingsOf(options: ModelAdapterOptions): OpenaiSettings {
  const { spec, environment = {} } = options;
  const baseUrl = filled(spec.base_url) ?? filled(environment['OPENAI_BASE_URL']);
  const isKeyless = baseUrl !== undefined && filled(spec.api_key ?? environment[keyVariable]) === undefined;
  const key = isKeyless ? noKey : providerKey(options, keyVariable);
  return {
    api: spec.api ?? (baseUrl === undefined ? 'responses' : 'chat'),
    baseUrl,
    key,
    secret: isKeyless ? '' : key,
    isOpenai: baseUrl === undefined || ofOpenai.test(baseUrl),
    organization: filled(environment['OPENAI_ORG_ID']),
    project: filled(environment['OPENAI_PROJECT_ID']),
  };
}

/** Variables that are set to nothing are not set. */
function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}
