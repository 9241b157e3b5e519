import type { FailureKind } from '../../../src/errors/index.ts';
import { htmlAnswer, jsonAnswer, type WireAnswer } from './answer.ts';
import type { WireFrames, WireProtocol, WireRefusal } from './protocol.ts';

export type Way = 'generate' | 'stream';

/** Something that goes wrong on the wire, and what a call must end in. */
export interface WireFault {
  readonly name: string;
  readonly ways: readonly Way[];
  readonly code: FailureKind;
  readonly retryAfterMs?: number;
  readonly answer: (protocol: WireProtocol) => WireAnswer | undefined;
}

/** In what servers say of a fault, as careless ones do. Long enough to be found by a grep, and in no fixture else. */
export const wireKey = 'sk-wire-0123456789abcdefghij';

const both: readonly Way[] = ['generate', 'stream'];
const said = `The key ${wireKey} was seen at the door`;

function refused(code: FailureKind, refusal: Omit<WireRefusal, 'message'>, retryAfterMs?: number): WireFault {
  const hasWait = retryAfterMs === undefined ? '' : ' that says when to come back';
  return {
    name: `a status ${refusal.status}${hasWait}`,
    ways: both,
    code,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    answer: ({ refusal: answerOf }) => answerOf({ ...refusal, message: said }),
  };
}

function broken(name: string, answer: WireFault['answer'], ways: readonly Way[] = both): WireFault {
  return { name, ways, code: 'provider.network', answer };
}

const helloFrames = ({ frames }: WireProtocol): WireFrames => frames({ texts: ['Hel', 'lo'] });

/** Every fault of a server that ends a call. */
export const wireFaults: readonly WireFault[] = [
  refused('provider.bad_request', { status: 400 }),
  refused('provider.auth', { status: 401 }),
  refused('provider.quota', { status: 402 }),
  refused('provider.auth', { status: 403 }),
  refused('provider.bad_request', { status: 404 }),
  refused('provider.context_length', { status: 413 }),
  refused('provider.rate_limit', { status: 429 }),
  refused('provider.rate_limit', { status: 429, headers: { 'retry-after': '7' } }, 7_000),
  refused('provider.rate_limit', { status: 429, headers: { 'retry-after-ms': '12' } }, 12),
  refused('provider.overloaded', { status: 500 }),
  refused('provider.overloaded', { status: 503, headers: { 'retry-after': '2' } }, 2_000),
  refused('provider.overloaded', { status: 529 }),
  {
    name: 'a prompt that is too long',
    ways: both,
    code: 'provider.context_length',
    answer: ({ tooLong }) => tooLong?.(),
  },
  { name: 'a page with status 502', ways: both, code: 'provider.overloaded', answer: () => htmlAnswer(502) },
  broken('a socket cut before the answer', () => ({ kind: 'cut' })),
  broken('a page with status 200', () => htmlAnswer()),
  broken('an empty body', () => ({ kind: 'body', headers: { 'content-type': 'application/json' }, body: '' })),
  broken('an answer of another shape', () => jsonAnswer({ greeting: said })),
  broken(
    'a body that is no JSON',
    () => ({ kind: 'body', headers: { 'content-type': 'application/json' }, body: '\u0000{"id": %%' }),
    ['generate'],
  ),
  broken(
    'an answer that is cut',
    ({ reply }) => {
      const { body, headers = {} } = reply({ texts: ['Hello'] });
      return { kind: 'stream', headers, parts: [body.slice(0, -9)], ending: 'cut' };
    },
    ['generate'],
  ),
  broken(
    'a stream that is cut',
    (protocol) => ({
      kind: 'stream',
      headers: protocol.streamHeaders,
      parts: [...helloFrames(protocol).start],
      ending: 'cut',
    }),
    ['stream'],
  ),
  broken(
    'a stream that ends before its end marker',
    (protocol) => ({ kind: 'stream', headers: protocol.streamHeaders, parts: [...helloFrames(protocol).start] }),
    ['stream'],
  ),
  broken('a stream of nothing', ({ streamHeaders }) => ({ kind: 'stream', headers: streamHeaders, parts: [] }), [
    'stream',
  ]),
  broken(
    'a stream of garbage',
    ({ streamHeaders }) => ({
      kind: 'stream',
      headers: streamHeaders,
      parts: ['\u0000\u0001%%%\n\n', 'data\n\n{{{\n'],
    }),
    ['stream'],
  ),
];
