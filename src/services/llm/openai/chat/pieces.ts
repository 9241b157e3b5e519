import type { CallPiece, ChatPiece, ChatReply } from './schema.ts';

interface OpenCall {
  id: string;
  name: string;
  arguments: string;
}

interface OpenCalls {
  readonly byKey: Map<number | string, OpenCall>;
  /** The key of the call that began last. */
  last: number | string;
}

/** Puts the pieces of a stream together. */
export interface ChatAssembly {
  /** The text that the piece adds. */
  take(piece: ChatPiece): string;
  /** The reply as it would have come in one piece; nothing before its end was announced. */
  reply(): ChatReply | undefined;
}

export function assembleChat(): ChatAssembly {
  const calls: OpenCalls = { byKey: new Map(), last: 0 };
  const said = { content: '', refusal: '' };
  let model = '';
  let finish = '';
  let usage: ChatPiece['usage'];

  const takeChoice = ({ index, delta, finish_reason: reason }: ChatPiece['choices'][number]): string => {
    // Nothing belongs to an answer that comes behind its end, and only one answer was asked for.
    if (finish !== '' || index !== 0) return '';
    said.content += delta.content;
    said.refusal += delta.refusal;
    for (const call of ('tool_calls' in delta ? delta.tool_calls : undefined) ?? []) addTo(calls, call);
    finish = reason;
    return delta.content + delta.refusal;
  };

  return {
    take(piece) {
      if (model === '') model = piece.model;
      usage = piece.usage ?? usage;
      return piece.choices.map(takeChoice).join('');
    },
    reply() {
      if (finish === '') return undefined;
      const toolCalls = [...calls.byKey.values()].map(({ id, ...called }) => ({ id, function: called }));
      return { model, choices: [{ message: { ...said, tool_calls: toolCalls }, finish_reason: finish }], usage };
    },
  };
}

/** Id and name come once, arguments in parts. Some servers give no index: then an id begins a call. */
function addTo(calls: OpenCalls, { index, id, function: part }: CallPiece): void {
  const key = index ?? (id === '' ? calls.last : id);
  const known = calls.byKey.get(key);
  const call = known ?? { id: '', name: '', arguments: '' };
  if (call.id === '') call.id = id;
  if (call.name === '') call.name = part?.name ?? '';
  call.arguments += part?.arguments ?? '';
  if (known !== undefined) return;
  calls.byKey.set(key, call);
  calls.last = key;
}
