import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Engine, FailureSignature, TaskResult, TaskSummary } from '../index.ts';
import { readParameters } from './parameters.ts';

const ChatOptions = z.strictObject({
  /** Whose conversation it is: at most 64 letters, digits, "_" and "-". */
  conversation: z
    .string()
    .regex(/^[\w-]{1,64}$/u, { error: 'It is at most 64 letters, digits, "_" and "-".' })
    .refine((name) => name !== 'pinned', { error: 'What is tagged "pinned" is shown in every conversation.' }),
});
export type ChatOptions = z.infer<typeof ChatOptions>;

const Message = z.string().regex(/\S/u, { error: 'A message says something.' });

export interface SendOptions {
  /** Is given the answer piece by piece as it comes, from an engine with `payloads: 'full'`. */
  readonly onText?: (piece: string) => void;
}

/** A message and its answer. */
export interface ChatTurn {
  readonly taskId: string;
  readonly message: string;
  /** Null where there is none. */
  readonly answer: string | null;
  /** `partial` where the turn was answered, and could not be kept for later ones. */
  readonly status: TaskResult['status'];
  /** Why there is no answer, or what could not be kept. */
  readonly failures: readonly FailureSignature[];
}

/** A conversation. It is kept by the engine, so that any process may go on with it. */
export interface Chat {
  readonly conversation: string;
  /** Answers one message after the other. What an earlier process left unanswered is answered first. Rejects as `runTask` does. */
  send(message: string, options?: SendOptions): Promise<ChatTurn>;
  /** Answers what an earlier process left unanswered; gives those turns, the oldest first. */
  resume(options?: SendOptions): Promise<readonly ChatTurn[]>;
  /** What was said so far, the oldest first, as far as its tasks were not pruned. */
  turns(): Promise<readonly ChatTurn[]>;
}

/** Holds a conversation on an engine whose manifests are those of `chat`, or go by the same. Throws ENGINE_PATTERN_INVALID. */
export function openChat(engine: Engine, options: ChatOptions): Chat {
  const { conversation } = readParameters('The conversation', ChatOptions, options);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  const turns = createTurns(engine, conversation);
  return {
    conversation,
    async send(message, sending = {}) {
      const text = readParameters('The turn', Message, message);
      return inTurn(async () => {
        await turns.finish();
        return turns.begin(text, sending);
      });
    },
    resume: (sending) => inTurn(() => turns.finish(sending)),
    turns: () => turns.all(),
  };
}

interface Turns {
  begin(message: string, options: SendOptions): Promise<ChatTurn>;
  finish(options?: SendOptions): Promise<readonly ChatTurn[]>;
  all(): Promise<readonly ChatTurn[]>;
}

const cutOff: ReadonlySet<string> = new Set(['pending', 'running', 'paused'] satisfies TaskSummary['status'][]);

function createTurns(engine: Engine, conversation: string): Turns {
  // Ids tell whose tasks they are, in which order, and never come again: what is kept of a turn goes by the id of its task.
  const prefix = `${conversation}.`;
  const oldestFirst = (): readonly TaskSummary[] =>
    engine.tasks({ search: prefix }).toSorted((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
  let begun = 0;
  const newId = (): string => {
    begun += 1;
    return `${prefix}${Date.now().toString(36)}-${String(begun).padStart(6, '0')}-${randomUUID().slice(0, 8)}`;
  };
  const show = async (taskId: string): Promise<ChatTurn> => {
    const { input, output, status, failures } = await engine.showTask(taskId);
    return turnOf({ taskId, output, status, failures }, input);
  };
  return {
    async begin(message, options) {
      const { id } = await engine.createTask({
        id: newId(),
        input: message,
        tags: [conversation],
      });
      return turnOf(await listening(engine, id, { ...options, run: () => engine.runTask(id) }), message);
    },
    async finish(options = {}) {
      const finished: ChatTurn[] = [];
      for (const { id, status } of oldestFirst()) {
        if (!cutOff.has(status)) continue;
        await listening(engine, id, { ...options, run: () => engine.resumeTask(id) });
        finished.push(await show(id));
      }
      return finished;
    },
    all: () => Promise.all(oldestFirst().map(({ id }) => show(id))),
  };
}

interface Listening extends SendOptions {
  readonly run: () => Promise<TaskResult>;
}

async function listening(engine: Engine, id: string, { run, onText }: Listening): Promise<TaskResult> {
  const subscription = engine.events$.subscribe((event) => {
    if (event.type === 'llm.chunk' && event.taskId === id && event.data.text !== undefined) onText?.(event.data.text);
  });
  try {
    return await run();
  } finally {
    subscription.unsubscribe();
  }
}

type Ended = Pick<TaskResult, 'taskId' | 'output' | 'status' | 'failures'>;

function turnOf({ taskId, output, status, failures }: Ended, message: unknown): ChatTurn {
  const isAnswered = (status === 'completed' || status === 'partial') && typeof output === 'string';
  return { taskId, message: String(message), answer: isAnswered ? output : null, status, failures };
}
