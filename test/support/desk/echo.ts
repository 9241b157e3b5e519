import { htmlAnswer, jsonAnswer, type WireAnswer } from '../wire/answer.ts';
import type { WireRequest } from '../wire/server.ts';
import { protocolOf } from './brain.ts';

/** A server that says what it was sent, wherever it says anything. */
export interface Echo {
  readonly name: string;
  readonly answer: (request: WireRequest) => WireAnswer;
}

const statuses = [400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 503, 529];

/** What came as the key, with what stands in front of it. */
function keyIn({ headers }: WireRequest): string {
  return String(headers.authorization);
}

function bare(request: WireRequest): string {
  return keyIn(request).replace(/^\w+ /u, '');
}

function headersFor(request: WireRequest): Record<string, string> {
  const key = bare(request);
  return { 'request-id': key, 'x-request-id': key, 'www-authenticate': keyIn(request), 'retry-after': key };
}

/** The body of an error with the key in every text. */
function bodyFor(request: WireRequest): unknown {
  const said = `You sent ${keyIn(request)}`;
  if (protocolOf(request).provider === 'ollama') return { error: said };
  const error = { type: said, code: said, param: said, message: said };
  return { type: 'error', error, request_id: bare(request) };
}

/** After the first word of an answer. */
function within(request: WireRequest, lines: readonly string[]): WireAnswer {
  const { streamHeaders, frames } = protocolOf(request);
  const headers = { ...streamHeaders, ...headersFor(request) };
  return { kind: 'stream', headers, parts: [...frames({ texts: ['Hel', 'lo'] }).start, ...lines] };
}

export const echoes: readonly Echo[] = [
  ...statuses.map((status) => ({
    name: `a status ${status}`,
    answer: (request: WireRequest) => jsonAnswer(bodyFor(request), { status, headers: headersFor(request) }),
  })),
  {
    name: 'a text with status 500',
    answer: (request) => ({ kind: 'body', status: 500, headers: headersFor(request), body: `No: ${keyIn(request)}` }),
  },
  {
    name: 'a page',
    answer: (request) => ({ ...htmlAnswer(), headers: headersFor(request), body: `<p>${keyIn(request)}</p>` }),
  },
  {
    name: 'JSON of another shape',
    answer: (request) => jsonAnswer(bodyFor(request), { headers: headersFor(request) }),
  },
  {
    name: 'an error in a stream',
    answer: (request) => {
      const { streamError } = protocolOf(request);
      const said = (streamError?.frames ?? []).map((frame) =>
        frame.replace(/Overloaded|had an error|unexpected EOF/u, (words) => `${words} ${keyIn(request)}`),
      );
      return within(request, said);
    },
  },
  {
    name: 'a stream of other JSON',
    answer: (request) => {
      const json = JSON.stringify(bodyFor(request));
      return within(request, [`event: error\ndata: ${json}\n\n`, `data: ${json}\n\n`, `${json}\n`]);
    },
  },
  {
    name: 'a stream of garbage',
    answer: (request) =>
      within(request, [`event: ${keyIn(request)}\ndata: {${keyIn(request)}\n\n`, `{${keyIn(request)}\n`]),
  },
];
