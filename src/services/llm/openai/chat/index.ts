import { failureError } from '../../../../errors/index.ts';
import { throwIfCancelled } from '../../cancellation.ts';
import { requestOptions, type OpenaiApi } from '../api.ts';
import { brokenAnswer, cutStream } from '../failures.ts';
import { assembleChat } from './pieces.ts';
import { chatRequest } from './request.ts';
import { chatResult } from './result.ts';
import { ChatPiece, ChatReply } from './schema.ts';

/** Chat completions, which most servers that speak like OpenAI have. */
export const chatApi: OpenaiApi = {
  async generate(call) {
    const body = { ...chatRequest(call), stream: false } as const;
    const raw: unknown = await call.client.chat.completions.create(body, requestOptions(call));
    const reply = ChatReply.safeParse(raw);
    if (!reply.success) throw failureError(brokenAnswer(raw));
    return { ...chatResult(reply.data, call), raw };
  },

  async *stream(call) {
    const body = { ...chatRequest(call), stream: true, stream_options: { include_usage: true } } as const;
    const assembly = assembleChat();
    for await (const raw of await call.client.chat.completions.create(body, requestOptions(call))) {
      // Servers send things of their own in between: signs of life.
      yield { text: Object.hasOwn(raw, 'choices') ? assembly.take(readPiece(raw)) : '' };
    }
    // To the library a cancelled stream is one that is over.
    throwIfCancelled(call.options.signal);
    const reply = assembly.reply();
    if (reply === undefined) throw failureError(cutStream());
    yield { text: '', result: { ...chatResult(reply, call), raw: reply } };
  },
};

function readPiece(raw: unknown): ChatPiece {
  const piece = ChatPiece.safeParse(raw);
  if (!piece.success) throw failureError(brokenAnswer(raw));
  return piece.data;
}
