import type { StoreName } from '../../manifest/index.ts';
import type { ContextPackage, MemoryItem, MemoryQuery, Prompt } from '../../services/index.ts';
import type { ModelAnswer } from './call-log.ts';
import type { NamedModel } from './named-model.ts';

/** What plugins are asked in the course of an agent's stage. Absent where none is. All throw the failure of a veto. */
export interface AgentHooks {
  /** Before a context is assembled. */
  readonly beforeContext?: (made: Omit<MadeContext, 'context'>) => Promise<void>;
  /** The context to go on with: not larger than the one that was made. */
  readonly afterContext?: (made: MadeContext) => Promise<ContextPackage>;
  /** The prompt to ask with. */
  readonly beforeLlm?: (asked: AskedModel) => Promise<Prompt>;
  /** The answer to go on with. */
  readonly afterLlm?: (asked: Pick<AskedModel, 'model' | 'number'>, answer: ModelAnswer) => Promise<ModelAnswer>;
  readonly afterAgent?: (output: unknown) => Promise<unknown>;
  /** The items to write; none when that is not allowed. */
  readonly beforeWrite?: (store: StoreName, items: readonly MemoryItem[]) => Promise<readonly MemoryItem[]>;
  readonly afterWrite?: (store: StoreName, items: readonly MemoryItem[]) => Promise<void>;
  /** Whether a store may be asked. */
  readonly beforeRead?: (store: StoreName, query: MemoryQuery) => Promise<boolean>;
  /** The items that were read, as far as they are to be seen. */
  readonly afterRead?: (store: StoreName, items: readonly MemoryItem[]) => Promise<readonly MemoryItem[]>;
}

export interface MadeContext {
  readonly profile: string;
  readonly model: string;
  readonly context: ContextPackage;
  /** Tokens of a text from a source, with what stands around it. */
  readonly tokensOf: (source: string, text: string) => number;
}

export interface AskedModel {
  readonly model: NamedModel;
  /** Of the call within the conversation, from 1. */
  readonly number: number;
  readonly prompt: Prompt;
  /** Tokens that a prompt for the model may come to. */
  readonly room: number;
  readonly tokensOf: (prompt: Prompt) => number;
}
