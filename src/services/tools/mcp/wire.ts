import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { Failure } from '../../../errors/index.ts';
import type { CheckedPlace } from '../http/checked-connection.ts';

/** The way to a server, watched: what it does wrong ends it. */
export interface Wire {
  readonly transport: Transport;
  /** Where it leads on the network; undefined for one that does not. */
  readonly place?: CheckedPlace;
  /** A request goes out, so that the server may speak again. */
  allowMore(): void;
  /** What the server did that ended it; undefined when nobody is to blame. */
  fault(): Failure | undefined;
  isOver(): boolean;
  /** Ends it, and waits until nothing of it is left. */
  close(): Promise<void>;
}

/** What a server may say until it is asked for something again. */
export interface Allowance {
  /** Counts what came in; false when it is more than is allowed. */
  take(bytes: number): boolean;
  reset(): void;
}

const mostMessages = 10_000;
const mostBytesBeyondOne = 16_777_216;

export function createAllowance(maxMessageBytes: number): Allowance {
  let messages = 0;
  let bytes = 0;
  return {
    take(more) {
      messages += 1;
      bytes += more;
      return messages <= mostMessages && bytes <= maxMessageBytes + mostBytesBeyondOne;
    },
    reset() {
      messages = 0;
      bytes = 0;
    },
  };
}

/** Room for an output twice, as text and as a value, with its characters escaped, and for what is around it. */
export function maxMessageBytesFor(maxOutputBytes: number): number {
  return 4 * maxOutputBytes + 1_048_576;
}
