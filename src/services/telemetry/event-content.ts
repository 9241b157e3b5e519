import type { EngineEvent } from './events.ts';

/** The event without what models and tools were given and said. */
export function withoutContent(event: EngineEvent): EngineEvent {
  if (event.type === 'llm.chunk' && event.data.text !== undefined) {
    const { text: _text, ...data } = event.data;
    return { ...event, data };
  }
  if (event.type === 'llm.requested' && (event.data.messages ?? event.data.system) !== undefined) {
    const { system: _system, messages: _messages, ...data } = event.data;
    return { ...event, data };
  }
  if (event.type === 'llm.responded' && (event.data.text ?? event.data.toolCalls) !== undefined) {
    const { text: _text, toolCalls: _toolCalls, ...data } = event.data;
    return { ...event, data };
  }
  return withoutToolContent(event);
}

function withoutToolContent(event: EngineEvent): EngineEvent {
  if (event.type === 'tool.called' && 'arguments' in event.data) {
    const { arguments: _arguments, ...data } = event.data;
    return { ...event, data };
  }
  if (event.type === 'tool.finished' && 'output' in event.data) {
    const { output: _output, ...data } = event.data;
    return { ...event, data };
  }
  return event;
}

/** Ids and type alone, for what is written out. */
export function withoutData(event: EngineEvent): Omit<EngineEvent, 'data'> {
  const { data: _data, ...rest } = event;
  return rest;
}

/** What an event without content takes up, more or less: ids, type, a handful of fields. */
const plainBytes = 512;

/** How much memory an event holds, by an estimate that costs nothing for events without content. */
export function estimatedBytes({ type, data }: EngineEvent): number {
  if (type === 'llm.chunk') return plainBytes + sizeOf(data.text);
  if (type === 'llm.requested') return plainBytes + sizeOf(data.system) + sizeOf(data.messages);
  if (type === 'llm.responded') return plainBytes + sizeOf(data.text) + sizeOf(data.toolCalls);
  if (type === 'tool.called') return plainBytes + sizeOf(data.arguments);
  return type === 'tool.finished' ? plainBytes + sizeOf(data.output) : plainBytes;
}

/** Of JSON, in memory. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((sum, [key, part]) => sum + key.length * 2 + sizeOf(part), 32);
}
