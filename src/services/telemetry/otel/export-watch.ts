import { reasonOf, watchRequests } from './watch-requests.ts';

/** Knows whether what is sent somewhere arrives. */
export interface ExportWatch {
  /** Why nothing arrives at the moment. */
  readonly problem: string | undefined;
  /** Waits for an export until it is over, or its first request has failed; rejects with the reason. */
  follow(work: Promise<void>): Promise<void>;
  close(): void;
}

interface Target {
  readonly what: 'Traces' | 'Metrics';
  readonly address: URL | undefined;
}

export function createExportWatch({ what, address }: Target): ExportWatch {
  let problem: string | undefined;
  const waiting = new Set<(error: Error) => void>();
  const place = address === undefined ? '' : ` to ${address.origin}${address.pathname}`;
  const fail = (reason: string): Error => {
    problem = `${what} cannot be sent${place}: ${reason}`;
    return new Error(problem);
  };
  const unwatch =
    address === undefined
      ? () => undefined
      : watchRequests(address, (reason) => {
          const error = fail(reason);
          for (const reject of waiting) reject(error);
        });
  return {
    get problem() {
      return problem;
    },
    async follow(work) {
      let reject: ((error: Error) => void) | undefined;
      const failed = new Promise<never>((_, refuse) => waiting.add((reject = refuse)));
      try {
        await Promise.race([work, failed]);
        problem = undefined;
      } catch (error) {
        throw problem === undefined ? fail(reasonOf(error)) : new Error(problem, { cause: error });
      } finally {
        if (reject !== undefined) waiting.delete(reject);
      }
    },
    close: unwatch,
  };
}
