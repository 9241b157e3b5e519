import { z } from 'zod';
import type { Failure, FailureKind } from '../../../errors/index.ts';
import { networkFailure, serverFailure, type AskedProvider } from '../provider-failure.ts';
import type { OllamaServer } from './server.ts';

const provider = 'ollama';

const mostShown = 500;

interface KnownFault {
  readonly pattern: RegExp;
  readonly kind: FailureKind;
  /** `{model}` is the model at the provider, `{alias}` that of the manifests. */
  readonly hint: string;
}

/** What servers say that their status does not: they have no codes. */
const knownFaults: readonly KnownFault[] = [
  {
    pattern: /model .* not found|try pulling/iu,
    kind: 'provider.bad_request',
    hint: 'Get the model with: ollama pull {model}',
  },
  {
    pattern: /does not support tools/iu,
    kind: 'provider.bad_request',
    hint: 'Set "tool_calls: plan" for the model "{alias}" in engine.yaml.',
  },
  {
    pattern: /more system memory|out of memory/iu,
    kind: 'provider.bad_request',
    hint: 'Use a smaller model, or lower "context_window" of the model "{alias}".',
  },
  {
    pattern: /context (?:length|size|window)|input (?:length|is too long)|prompt (?:is )?too long/iu,
    kind: 'provider.context_length',
    hint: 'Raise "context_window" of the model "{alias}", or lower "max_tokens" of the context profile.',
  },
];

export interface AskedModel {
  readonly alias: string;
  /** Its name at the provider. */
  readonly model: string;
  readonly server: Pick<OllamaServer, 'address' | 'key' | 'authorization'>;
}

/** What a server answers with a status of 400 and more. */
export function statusFailure(
  response: Pick<Response, 'status' | 'headers'>,
  body: string,
  asked: AskedModel,
): Failure {
  const { status, headers } = response;
  const message = saidIn(body) ?? 'It gave no reason.';
  const known = knownFault(message, asked);
  const fault = { ...askedProvider(asked.server), status, message, headers, ...(known && { kind: known.kind }) };
  const failure = serverFailure(fault, Date.now());
  if (known !== undefined) return { ...failure, hint: known.hint };
  if (status === 404) return { ...failure, hint: 'Check "base_url" in engine.yaml; it ends before "/api".' };
  return status === 401 ? { ...failure, hint: 'Set OLLAMA_API_KEY, or "api_key" of the model.' } : failure;
}

/** What a server says in the middle of its answer. */
export function brokenOffFailure(message: string, asked: AskedModel): Failure {
  const known = knownFault(message, asked);
  const failure = networkFailure(askedProvider(asked.server), `It broke off its answer: ${message}`);
  return {
    ...failure,
    code: known?.kind ?? 'provider.overloaded',
    message: failure.message.slice(0, mostShown),
    hint: known?.hint ?? 'Look into the log of the Ollama server, and try it again.',
  };
}

/** What the connection comes to when no server answers. */
export function connectionFailure(error: unknown, server: AskedModel['server']): Failure {
  const code = codeOf(error);
  if (code !== 'ECONNREFUSED') {
    const how = code === undefined ? '' : ` (${code})`;
    return networkFailure(askedProvider(server), `The connection to "${server.address}" failed${how}`);
  }
  const failure = networkFailure(askedProvider(server), `Nothing listens at "${server.address}"`);
  return { ...failure, hint: 'Start Ollama with: ollama serve, or set "base_url" of the model or OLLAMA_HOST.' };
}

export function garbledFailure(): Failure {
  const failure = networkFailure({ provider }, 'It answered with something that is no answer of Ollama');
  return { ...failure, hint: 'Check that "base_url" or OLLAMA_HOST is the address of an Ollama server.' };
}

export function cutFailure(): Failure {
  return networkFailure({ provider }, 'Its answer ended before it was whole');
}

/** A password is sent in another form than it is written in. */
function askedProvider({ key = '', authorization = '' }: AskedModel['server']): AskedProvider {
  return { provider, key: [key, authorization.replace(/^\w+ /u, '')] };
}

function knownFault(message: string, { alias, model }: AskedModel): Pick<KnownFault, 'kind' | 'hint'> | undefined {
  const fault = knownFaults.find(({ pattern }) => pattern.test(message));
  if (fault === undefined) return undefined;
  return { kind: fault.kind, hint: fault.hint.replace('{model}', model).replace('{alias}', alias) };
}

const Said = z.object({ error: z.union([z.string(), z.object({ message: z.string() })]) });

/** What a body says; one that is a page says nothing. */
function saidIn(body: string): string | undefined {
  const text = body.trim();
  try {
    const said = Said.safeParse(JSON.parse(text));
    if (!said.success) return undefined;
    return typeof said.data.error === 'string' ? said.data.error : said.data.error.message;
  } catch {
    return text === '' || text.startsWith('<') ? undefined : text;
  }
}

const Coded = z.object({ code: z.string() });

function codeOf(error: unknown): string | undefined {
  const coded = Coded.safeParse(error instanceof Error ? error.cause : undefined);
  return coded.success ? coded.data.code : undefined;
}
