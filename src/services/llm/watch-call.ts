import { failureError, failureOf, type Failure } from '../../errors/index.ts';
import { durationMs, type ModelSpec } from '../../manifest/index.ts';
import type { StartTimer } from './adapter-options.ts';
import type { GenerateOptions, LLMClient } from './port.ts';

const defaultTimeout = '10m';
const defaultIdleTimeout = '2m';

/** The longest that Node can wait; longer ones would be over at once. */
const longestMs = 2_147_483_647;

const realTimer: StartTimer = (delayMs, onDue) => {
  const timer = setTimeout(onDue, delayMs);
  return () => clearTimeout(timer);
};

/**
 * The client with the time limits of its model. A call that takes too long ends in a failure that can be retried, and its
 * request is aborted. An answer in one piece says nothing until it is there, so that silence ends streams alone.
 */
export function watchCalls(client: LLMClient, spec: ModelSpec, startTimer: StartTimer = realTimer): LLMClient {
  const begin = (signal: AbortSignal): CallWatch => beginWatch({ spec, startTimer, signal });
  return {
    takesTools: client.takesTools,
    countTokens: (prompt) => client.countTokens(prompt),
    generate: async (prompt, options) => {
      const watch = begin(options.signal);
      try {
        return await client.generate(prompt, watched(options, watch));
      } catch (error) {
        throw watch.verdict(error);
      } finally {
        watch.end();
      }
    },
    stream: async function* stream(prompt, options) {
      const watch = begin(options.signal);
      try {
        watch.listen();
        for await (const chunk of client.stream(prompt, { ...watched(options, watch), onBytes: watch.hear })) {
          // While the caller has the chunk nothing is waited for.
          watch.rest();
          yield chunk;
          watch.listen();
        }
      } catch (error) {
        throw watch.verdict(error);
      } finally {
        watch.end();
      }
    },
  };
}

interface CallWatch {
  readonly signal: AbortSignal;
  /** From now on the provider has to say something. */
  readonly listen: () => void;
  /** It said something: the time starts anew. */
  readonly hear: () => void;
  readonly rest: () => void;
  readonly end: () => void;
  /** What a call ended in: the limit it ran into, where that is why it was cancelled. */
  readonly verdict: (error: unknown) => unknown;
}

interface Watched {
  readonly spec: ModelSpec;
  readonly startTimer: StartTimer;
  readonly signal: AbortSignal;
}

function beginWatch({ spec, startTimer, signal }: Watched): CallWatch {
  const { provider, timeout = defaultTimeout, idle_timeout = defaultIdleTimeout } = spec;
  const controller = new AbortController();
  let expired: Failure | undefined;
  const startLimit = (limit: string, problem: string): (() => void) =>
    startTimer(Math.min(durationMs(limit), longestMs), () => {
      if (signal.aborted) return;
      expired ??= expiry(provider, problem);
      controller.abort();
    });
  const stopTimeout = startLimit(timeout, `gave no whole answer within ${timeout} ("timeout")`);
  let stopIdle: (() => void) | undefined;
  const rest = (): void => {
    stopIdle?.();
    stopIdle = undefined;
  };
  const listen = (): void => {
    stopIdle = startLimit(idle_timeout, `sent nothing for ${idle_timeout} ("idle_timeout")`);
  };
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    listen,
    hear: () => {
      if (stopIdle === undefined) return;
      rest();
      listen();
    },
    rest,
    end: () => {
      rest();
      stopTimeout();
    },
    verdict: (error) =>
      expired !== undefined && failureOf(error)?.code === 'cancelled.task' ? failureError(expired) : error,
  };
}

function watched(options: GenerateOptions, { signal }: CallWatch): GenerateOptions {
  return { ...options, signal };
}

function expiry(provider: string, problem: string): Failure {
  return {
    code: 'provider.network',
    message: `Provider "${provider}" ${problem}.`,
    hint: 'Try it again, or set "timeout" and "idle_timeout" of the model in engine.yaml higher.',
    details: { provider },
  };
}
