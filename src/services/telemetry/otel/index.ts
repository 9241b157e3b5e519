export { createOtelSink } from './otel-sink.ts';
