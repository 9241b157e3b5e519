import type { EngineEvent } from './events.ts';
import type { TelemetrySink } from './sink.ts';

export interface LostSink {
  readonly sink: TelemetrySink;
  readonly error: unknown;
}

export interface SinkList {
  isEmpty(): boolean;
  /** Answers how to take the sink away again. */
  add(sink: TelemetrySink): () => void;
  /** Gives an event to every sink; those that throw are dropped and answered. */
  write(event: EngineEvent): readonly LostSink[];
  /** Closes every sink that can be closed, and answers those that could not; the others stay. */
  close(): Promise<readonly LostSink[]>;
}

export function createSinkList(): SinkList {
  let sinks: readonly TelemetrySink[] = [];
  const remove = (sink: TelemetrySink): void => {
    sinks = sinks.filter((other) => other !== sink);
  };
  const write = (event: EngineEvent): readonly LostSink[] => {
    const lost: LostSink[] = [];
    for (const sink of sinks) {
      try {
        sink.write(event);
      } catch (error) {
        // A sink that emits inside of its own `write` may be dropped by then.
        if (sinks.includes(sink)) lost.push({ sink, error });
        remove(sink);
      }
    }
    // What a lost sink has buffered may still be saved; its second failure is no news.
    for (const { sink } of lost) void closeSink(sink);
    return lost;
  };
  const close = async (): Promise<readonly LostSink[]> => {
    const closing = sinks.filter((sink) => sink.close !== undefined);
    sinks = sinks.filter((sink) => sink.close === undefined);
    const outcomes = await Promise.all(closing.map((sink) => closeSink(sink)));
    return outcomes.filter((outcome) => outcome !== undefined);
  };
  return {
    isEmpty: () => sinks.length === 0,
    add: (sink) => {
      sinks = [...sinks, sink];
      return () => {
        remove(sink);
      };
    },
    write,
    close,
  };
}

async function closeSink(sink: TelemetrySink): Promise<LostSink | undefined> {
  try {
    await sink.close?.();
    return undefined;
  } catch (error) {
    return { sink, error };
  }
}
