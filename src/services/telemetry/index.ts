export { createEventStream, withoutContent, type EventStream } from './event-stream.ts';
export { EngineEvent, type EventData, type EventOf, type EventType } from './events.ts';
export { createJsonlSink, type JsonlSinkOptions } from './jsonl-sink.ts';
export { createMemorySink, type MemorySink } from './memory-sink.ts';
export type { TelemetrySink } from './sink.ts';
