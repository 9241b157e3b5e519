import { z } from 'zod';

/** What is left out is the same as nothing. */
const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '');

const Usage = z
  .object({
    prompt_tokens: z.number(),
    completion_tokens: z.number(),
    prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
  })
  .nullish()
  .transform((usage) =>
    usage
      ? {
          prompt: usage.prompt_tokens,
          completion: usage.completion_tokens,
          cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
        }
      : undefined,
  );

const Call = z.object({ id: Text, function: z.object({ name: z.string(), arguments: Text }) });

const Message = z.object({ content: Text, refusal: Text, tool_calls: z.array(Call).nullish() });

/** What of a reply is used. */
export const ChatReply = z.object({
  model: Text,
  choices: z.tuple([z.object({ message: Message, finish_reason: Text })], z.unknown()),
  usage: Usage,
});
export type ChatReply = z.infer<typeof ChatReply>;

const CallPiece = z.object({
  index: z.number().nullish(),
  id: Text,
  function: z.object({ name: Text, arguments: Text }).nullish(),
});
export type CallPiece = z.infer<typeof CallPiece>;

const Delta = z.object({ content: Text, refusal: Text, tool_calls: z.array(CallPiece).nullish() });

/** What of a piece of a stream is used. */
export const ChatPiece = z.object({
  model: Text,
  choices: z.array(
    z.object({
      index: z
        .number()
        .nullish()
        .transform((index) => index ?? 0),
      delta: Delta.nullish().transform((delta) => delta ?? { content: '', refusal: '' }),
      finish_reason: Text,
    }),
  ),
  usage: Usage,
});
export type ChatPiece = z.infer<typeof ChatPiece>;
