import { failureOf, type Failure } from '../../../errors/index.ts';
import { retryAfterMs } from '../../llm/index.ts';
import { invalidOutput, notFound, quote, toolFailed } from '../failures.ts';
import { systemErrorCode } from '../system-error.ts';
import type { Answer } from './hop.ts';

const sentences: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host is known',
  EAI_AGAIN: 'the name service gives no answer',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
};

/** Statuses of a server that may do it at another time; all others of the kind are its last word. */
const passing: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const gone: ReadonlySet<number> = new Set([404, 410]);

const shownCharacters = 2_000;

/** The failure of a connection that did not come about, or of an answer that did not come whole. */
export function connectionFailure(error: unknown, { tool, host }: { tool: string; host: string }): Failure {
  const known = failureOf(error);
  if (known !== undefined) return known;
  const code = causeOf(error) ?? '';
  const start = `Tool "${tool}" got no answer from ${quote(host)}`;
  if (code.startsWith('HPE_')) return garbled(tool, 'its headers are too large, or no HTTP at all');
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|TLS|SSL/u.test(code)) {
    return rejected(`${start}: its certificate or encryption cannot be trusted.`, 'Correct the address or the server.');
  }
  return toolFailed(
    `${start}: ${sentences[code] ?? 'the connection failed'}.`,
    'Try it again, or look at the network.',
  );
}

/** Several addresses that were tried in turn fail as one error that holds theirs. */
function causeOf(error: unknown): string | undefined {
  const all: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const [first] = all;
  return systemErrorCode(first ?? error);
}

/** An answer that is no answer to anything. */
export function garbled(tool: string, reason: string): Failure {
  return { ...invalidOutput(tool, `The answer of the server cannot be read: ${reason}.`), hint: 'Look at the server.' };
}

export function brokenRedirect(tool: string, reason: string): Failure {
  return rejected(`Tool "${tool}" cannot follow a redirect. ${reason}`, 'Look at the address of the tool.');
}

/** The failure that a status stands for, with the beginning of what the server said. */
export function statusFailure(
  tool: string,
  { status, headers, body }: Answer,
  redact: (text: string) => string,
): Failure {
  const message = `The server that tool "${tool}" asked answered with status ${status}.`;
  const details = { status, body: redact(body.toString('utf8')).slice(0, shownCharacters).toWellFormed() };
  if (gone.has(status)) return { ...notFound(message, 'Ask for something that is there.'), details };
  if (!passing.has(status))
    return { ...rejected(message, 'Read "body" in the details; asking again is of no use.'), details };
  const retryAfter = retryAfterMs({ get: (name) => headers[name] ?? null }, Date.now());
  return {
    ...toolFailed(message, 'Try it again later.'),
    ...(retryAfter !== undefined && { retry_after_ms: retryAfter }),
    details,
  };
}

function rejected(message: string, hint: string): Failure {
  return { code: 'tool.rejected', message, hint };
}
