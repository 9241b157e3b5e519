import type { LLMClient, ModelTool, ToolCall } from '../../../src/services/llm/index.ts';
import type { FinishReason } from '../../../src/services/llm/port.ts';
import type { ModelAdapterOptions } from '../../../src/services/llm/adapter-options.ts';
import type { BodyAnswer } from './answer.ts';

/** What a model says, before a protocol puts it into its own words. */
export interface WireReply {
  /** Pieces of a stream; together the text of a reply. */
  readonly texts: readonly string[];
  readonly toolCalls?: readonly ToolCall[];
  /** Default: stop, with tool calls: tool_calls. */
  readonly finish?: FinishReason;
  /** `prompt` has the cached ones in it. Default: 11, 0 and 7. */
  readonly tokens?: { readonly prompt: number; readonly cached: number; readonly completion: number };
}

/** The texts of a stream. Without what stands in `end` it is not complete. */
export interface WireFrames {
  readonly start: readonly string[];
  readonly end: readonly string[];
}

/** A turn of the conversation as it was sent, read back. */
export interface SentTurn {
  readonly role: 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** Calls of an assistant's turn; ids only where the protocol has them. */
  readonly calls?: readonly { readonly id?: string; readonly tool: string; readonly arguments: unknown }[];
  /** The call that a tool's turn answers, where the protocol has ids. */
  readonly callId?: string;
}

/** What was sent, read back out of the body of a request. */
export interface SentRequest {
  readonly model: string;
  readonly isStream: boolean;
  readonly system: string;
  readonly turns: readonly SentTurn[];
  readonly schema?: unknown;
  readonly tools?: readonly ModelTool[];
  readonly maxOutputTokens?: number;
}

/** How one provider speaks, so that one contract holds all adapters to the same behaviour. */
export interface WireProtocol {
  readonly provider: string;
  readonly createClient: (options: ModelAdapterOptions) => LLMClient;
  /** What `base_url` has behind the origin of the server, such as "/v1". */
  readonly basePath: string;
  /** Where requests go, behind the origin. */
  readonly path: string;
  /** The environment variables of key and address; absent where there is no such thing. */
  readonly variables: { readonly key?: string; readonly address?: string };
  /** Servers that `base_url` names are asked without a key too. */
  readonly isKeyOptional?: true;
  /** Whether tool calls have ids of the provider's own. */
  readonly hasCallIds: boolean;
  /** A stream is asked for whether anybody reads it or not. Default: false. */
  readonly alwaysStreams?: boolean;
  /** Whether an answer says how many tokens were cached. Default: true. */
  readonly tellsCachedTokens?: boolean;
  /** Finish reasons that the protocol can tell. */
  readonly finishes: readonly FinishReason[];
  /** The key as the headers of a request carry it. */
  readonly sentKey: (headers: Readonly<Record<string, unknown>>) => unknown;
  readonly sent: (body: unknown) => SentRequest;
  readonly reply: (reply: WireReply) => BodyAnswer;
  /** Headers of a stream. */
  readonly streamHeaders: Readonly<Record<string, string>>;
  readonly frames: (reply: WireReply) => WireFrames;
  /** The frames with events in between that no version of today knows. */
  readonly withUnknown: (frames: WireFrames) => WireFrames;
  /** The frames with events sent twice, where a client can tell; absent where it cannot. */
  readonly withDuplicates?: (frames: WireFrames) => WireFrames;
  /** A refused request: status, headers and the provider's form of an error. */
  readonly refusal: (refused: WireRefusal) => BodyAnswer;
  /** Says that the prompt does not fit; absent where nothing tells it from other bad requests. */
  readonly tooLong?: () => BodyAnswer;
  /** A failure of the server that comes in the middle of a stream, and what it must end in. */
  readonly streamError: { readonly frames: readonly string[]; readonly code: string };
}

export interface WireRefusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}
