import type { FailureKind } from '../../../src/errors/index.ts';
import { wireFaults } from '../wire/faults.ts';
import type { WireAnswer } from '../wire/answer.ts';
import type { WireProtocol } from '../wire/protocol.ts';

/** Something that goes wrong in a stream, and what a stage must end in. */
export interface DeskFault {
  readonly name: string;
  readonly code: FailureKind;
  readonly retryAfterMs?: number;
  /** Nothing listens at the address. */
  readonly isAway?: true;
  /** Pieces of text after which the server says nothing more and keeps the socket. */
  readonly hangsAfter?: number;
  /** The answer of the server; absent where the protocol has no such fault. */
  readonly answer: (protocol: WireProtocol) => WireAnswer | undefined;
}

const ofStreams: readonly DeskFault[] = wireFaults.filter(({ ways }) => ways.includes('stream'));

export const deskFaults: readonly DeskFault[] = [
  ...ofStreams,
  {
    name: 'an error within a stream',
    code: 'provider.overloaded',
    answer: ({ streamError, streamHeaders, frames }) =>
      streamError && {
        kind: 'stream',
        headers: streamHeaders,
        parts: [...frames({ texts: ['Hel', 'lo'] }).start, ...streamError.frames],
      },
  },
  { name: 'headers that never come', code: 'provider.network', hangsAfter: 0, answer: () => ({ kind: 'silence' }) },
  {
    name: 'a stream that stalls',
    code: 'provider.network',
    hangsAfter: 2,
    answer: ({ streamHeaders: headers, frames }) => ({
      kind: 'stream',
      headers,
      parts: frames({ texts: ['Hel', 'lo'] }).start,
      ending: 'stall',
    }),
  },
  { name: 'a refused connection', code: 'provider.network', isAway: true, answer: () => ({ kind: 'cut' }) },
];
