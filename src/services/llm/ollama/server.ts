import { failureError } from '../../../errors/index.ts';
import type { ModelSpec } from '../../../manifest/index.ts';
import type { Environment } from '../../security/index.ts';

/** A server that speaks like Ollama. */
export interface OllamaServer {
  /** Without a slash at its end, and without the password that may stand in it. */
  readonly address: string;
  /** Value of the header of that name, where there is one to send. */
  readonly authorization?: string;
  /** The key or the password in it, which must not be shown. */
  readonly key?: string;
}

const defaultPort = '11434';
const ownHosts = new Set(['127.0.0.1', '[::1]', 'localhost']);
/** Where a server listens that listens everywhere; nobody can be asked there. */
const anyHosts: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' };

/** The server that a model names, else the one that OLLAMA_HOST names in any form that Ollama itself takes. */
export function findServer(spec: Pick<ModelSpec, 'base_url' | 'api_key'>, environment: Environment): OllamaServer {
  const written = (spec.base_url ?? environment['OLLAMA_HOST'] ?? '').trim();
  const url = urlFrom(written === '' ? `127.0.0.1:${defaultPort}` : written);
  if (url === undefined) throw unusable(spec.base_url === undefined ? 'OLLAMA_HOST' : '"base_url" of the model');
  const host = anyHosts[url.hostname] ?? url.hostname;
  return {
    address: `${url.protocol}//${host}${url.port === '' ? '' : `:${url.port}`}${url.pathname.replace(/\/+$/u, '')}`,
    ...accessTo(url, spec.api_key, environment),
  };
}

function urlFrom(written: string): URL | undefined {
  const hasScheme = written.includes('://');
  const full = hasScheme ? written : `http://${written.startsWith(':') ? '127.0.0.1' : ''}${written}`;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  // With a scheme the port is that of the scheme, as Ollama has it; a URL leaves out the port 80 that someone wrote.
  if (!hasScheme && url.port === '' && !/:80(?:\/|$)/u.test(written)) url.port = defaultPort;
  return url;
}

type Access = Pick<OllamaServer, 'authorization' | 'key'>;

/** The key of the environment goes where nobody can read it on its way, and never to a server of this machine: that asks for none. */
function accessTo(url: URL, declaredKey: string | undefined, environment: Environment): Access {
  const isForeign = url.protocol === 'https:' && !ownHosts.has(url.hostname);
  const key = (declaredKey ?? (isForeign ? environment['OLLAMA_API_KEY'] : undefined) ?? '').trim();
  if (key !== '' && !/^[!-~]+$/u.test(key)) throw unusableKey();
  if (key !== '') return { authorization: `Bearer ${key}`, key };
  if (url.username === '') return {};
  const password = decoded(url.password);
  const words = Buffer.from(`${decoded(url.username)}:${password}`).toString('base64');
  return { authorization: `Basic ${words}`, key: password };
}

/** A per cent sign may be one of the password itself. */
function decoded(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

function unusable(what: string): Error {
  return failureError({
    code: 'provider.bad_request',
    message: `The address of provider "ollama" in ${what} is no address of a server.`,
    hint: `Write ${what} like "http://127.0.0.1:${defaultPort}".`,
  });
}

function unusableKey(): Error {
  return failureError({
    code: 'provider.auth',
    message: 'The key of provider "ollama" has characters that no key has.',
    hint: 'Correct OLLAMA_API_KEY, or the variable that "api_key" of the model names.',
  });
}
