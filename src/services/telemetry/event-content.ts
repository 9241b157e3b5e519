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

/** What an event takes up without lists and long texts, more or less: ids, type, a handful of fields. */
const plainBytes = 512;
const shortText = 64;

/** How much memory an event holds, by an estimate that costs next to nothing for events of short fields. */
export function estimatedBytes({ data }: EngineEvent): number {
  let bytes = plainBytes;
  for (const name in data) {
    const value: unknown = Reflect.get(data, name);
    const isLong = typeof value === 'string' ? value.length > shortText : typeof value === 'object';
    if (isLong) bytes += sizeOf(value);
  }
  return bytes;
}

/** Of JSON, in memory. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((sum, [key, part]) => sum + key.length * 2 + sizeOf(part), 32);
}
