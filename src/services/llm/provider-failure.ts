import type { Failure, FailureKind } from '../../errors/index.ts';

/** What a server answered in place of a reply. */
export interface ServerFault {
  /** Name of the provider as manifests write it. */
  readonly provider: string;
  readonly status: number;
  /** What the server says of it. */
  readonly message: string;
  readonly headers?: Pick<Headers, 'get'>;
  /** What the body tells and the status does not, such as that the prompt is too long. */
  readonly kind?: FailureKind;
  /** The key that was sent, in all its forms: servers repeat it, and failures are shown and kept. */
  readonly key?: string | readonly string[];
  /** What the provider knows the request by. */
  readonly requestId?: string;
}

/** The provider that a call was made to. */
export interface AskedProvider {
  readonly provider: string;
  /** The key that was sent, in all its forms, to be taken out of what is said. */
  readonly key?: string | readonly string[];
}

interface FaultRow {
  readonly kind: FailureKind;
  readonly hint: string;
}

const later = 'Try it again later, or name other models in "fallback_models".';
const byStatus: Readonly<Record<number, FaultRow>> = {
  401: {
    kind: 'provider.auth',
    hint: 'Check the key: "api_key" of the model in engine.yaml, else the environment variable of the provider.',
  },
  402: { kind: 'provider.quota', hint: 'Look at the account at the provider.' },
  403: { kind: 'provider.auth', hint: 'Check what the key of the provider may be used for.' },
  404: { kind: 'provider.bad_request', hint: 'Check "model" and "base_url" in engine.yaml.' },
  408: { kind: 'provider.overloaded', hint: later },
  409: { kind: 'provider.overloaded', hint: later },
  413: { kind: 'provider.context_length', hint: 'Lower "max_tokens" of the context profile, or give the stage less.' },
  429: { kind: 'provider.rate_limit', hint: 'Lower "providers" in the limits of engine.yaml, or set "retries".' },
};
const byKind: Readonly<Partial<Record<FailureKind, string>>> = {
  'provider.quota': 'Look at the account at the provider.',
  'provider.context_length': 'Lower "max_tokens" of the context profile, or use a model with a larger context window.',
  'provider.content_filter': 'Change what is asked, or use another model.',
};
const unavailable: FaultRow = { kind: 'provider.overloaded', hint: later };
const refused: FaultRow = { kind: 'provider.bad_request', hint: 'Check the model and its settings in engine.yaml.' };
const mostShown = 500;

/** The failure that an HTTP status stands for. `now` is the epoch in milliseconds, for a retry-after that is a date. */
export function serverFailure(fault: ServerFault, now: number): Failure {
  const { provider, status, message, headers, kind, key, requestId } = fault;
  const row = byStatus[status] ?? (status >= 500 ? unavailable : refused);
  const retryAfter = headers === undefined ? undefined : retryAfterMs(headers, now);
  const clean = withoutKey(message, key);
  const said = clean.length > mostShown ? `${clean.slice(0, mostShown - 1)}…` : clean;
  return {
    code: kind ?? row.kind,
    message: `Provider "${provider}" answered with status ${status}: ${sentence(said)}`,
    hint: (kind === undefined ? undefined : byKind[kind]) ?? row.hint,
    ...(retryAfter !== undefined && { retry_after_ms: retryAfter }),
    details: { provider, status, ...(requestId !== undefined && { request_id: withoutKey(requestId, key) }) },
  };
}

/** The call did not reach the server, or what came back broke off or was no answer. */
export function networkFailure({ provider, key }: AskedProvider, problem: string): Failure {
  return {
    code: 'provider.network',
    message: `Provider "${provider}" could not be asked: ${sentence(withoutKey(problem, key))}`,
    hint: 'Check the network and "base_url" in engine.yaml, and try it again.',
    details: { provider },
  };
}

/** `retry-after-ms`, else `retry-after` in seconds or as a date (RFC 9110, 10.2.3); nothing when neither can be read. */
export function retryAfterMs(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  const exact = numberFrom(headers.get('retry-after-ms'));
  if (exact !== undefined) return exact;
  const written = headers.get('retry-after');
  const seconds = numberFrom(written);
  if (seconds !== undefined) return Math.round(seconds * 1_000);
  const date = Date.parse(written ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const hidden = '▇ redacted';

function withoutKey(text: string, key: AskedProvider['key'] = []): string {
  const keys = [key].flat().filter((each) => each !== '');
  const clean = keys.reduce((left, each) => left.replaceAll(each, hidden), text);
  // `fetch` refuses an address with a password in it, and says the whole address.
  return clean.replaceAll(/(:\/\/)[^\s/?#]*@/gu, `$1${hidden}@`);
}

function numberFrom(text: string | null): number | undefined {
  return text !== null && /^\d+(?:\.\d+)?$/u.test(text.trim()) ? Number(text) : undefined;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.?!]$/u.test(trimmed) ? trimmed : `${trimmed}.`;
}
