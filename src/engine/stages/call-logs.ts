import type { CallLog, CallUsage, FailedAnswer, LostAnswer, ModelAnswer, SavedContext } from '../../actors/index.ts';
import { addUsage, type StageCall, type TaskCreation } from '../../hosts/index.ts';
import type { StoredCall, TaskStore } from '../../services/index.ts';

/** Where calls are kept. What is saved is durable then. */
export interface CallKeeper {
  save(call: StoredCall): void;
  /** Without a scope those of the whole task. */
  calls(taskId: string, scope?: string): readonly StoredCall[];
  /** Tasks that are over need none of it any more; what is on disk stays until the task is pruned. */
  forget(taskId: string): void;
}

/** The log of one attempt, with what the steps of tool plans came to. */
export interface StageLog extends CallLog {
  /** The value that was saved under a key, in a box. */
  saved(key: string): { readonly value: unknown } | undefined;
  save(key: string, value: unknown): void;
  /** The attempt failed. Unless the next one goes on from here, it begins anew. */
  end(goesOn: boolean): void;
  /** The attempt is stopped, and the next one goes on from here: what it has spent. */
  abandon(): CallUsage;
}

/** What a key is saved under: an attempt that begins anew has other keys than those before. */
interface Entry {
  readonly attempt: number;
  readonly value: unknown;
}

interface End {
  readonly attempt: number;
  readonly goesOn: boolean;
}

const noUsage: CallUsage = { prompt_tokens: 0, completion_tokens: 0, cached_tokens: 0 };
const answerKey = (number: number): string => `model/${number}`;

const contextKey = (alias: string): string => `context/${alias}`;

/** As much of a stage's attempt as its log needs. */
interface LoggedCall {
  readonly task: { readonly creation: Pick<TaskCreation, 'id' | 'definition'> };
  readonly stage: Pick<StageCall['stage'], 'node' | 'attempt'>;
}

/** What a stage's calls are kept under; manifests that are not the same have logs of their own. */
export function logScope(node: string, definition: string): string {
  return `${node}@${definition.slice(0, 16)}`;
}

/** The logs of stages, read when they are first asked. A stage that runs under other manifests begins a new one. */
export function createCallLogs(keeper: CallKeeper, now: () => number): (call: LoggedCall) => StageLog {
  return ({ task, stage }) => {
    const { id, definition } = task.creation;
    const scope = logScope(stage.node, definition);
    return createStageLog({ keeper, now, task: id, scope, attempt: stage.attempt });
  };
}

interface LogPlace {
  readonly keeper: CallKeeper;
  readonly now: () => number;
  readonly task: string;
  readonly scope: string;
  readonly attempt: number;
}

function createStageLog(place: LogPlace): StageLog {
  const { attempt } = place;
  let read: Contents | undefined;
  let isAbandoned = false;
  const contents = (): Contents => (read ??= readContents(place));
  const save = (key: string, value: unknown): void => {
    const { entries, round } = contents();
    const entry = { attempt: isAbandoned ? attempt + 1 : attempt, value }; // what comes late counts for the next one
    keep(place, `${round}/${key}`, entry);
    entries.set(key, entry);
  };
  const answer = (number: number): ModelAnswer | FailedAnswer | undefined => answerOf(contents().entries, number);
  let watched: Parameters<CallLog['watch']>[0];
  // The same call may be lost in each attempt.
  const saveLost = (number: number, lost: LostAnswer): void => save(`lost/${number}/${attempt}`, lost);
  const end = (goesOn: boolean): void => {
    if (contents().entries.size > 0) keep(place, `end/${attempt}`, { attempt, goesOn } satisfies End);
  };
  return {
    saved: (key) => contents().entries.get(key),
    save,
    context: (alias) => readContext(contents().entries.get(contextKey(alias))?.value),
    saveContext: (alias, context) => save(contextKey(alias), context),
    answer,
    saveAnswer: (number, value) => save(answerKey(number), value),
    saveLost,
    saveRefusal(step, refusal) {
      const key = `tool/${step}`;
      if (!contents().entries.has(key)) save(key, { ok: false, ...refusal });
    },
    watch: (call) => void (watched = call),
    usage: () => usageOf(contents(), attempt),
    get callCount() {
      return contents().earlier + answersIn(contents().entries);
    },
    end,
    abandon() {
      const lost = watched?.soFar();
      if (watched !== undefined && lost !== undefined) saveLost(watched.number, lost);
      isAbandoned = true;
      end(true);
      return usageOf(contents(), attempt);
    },
  };
}

interface Contents {
  /** The last attempt that failed for good, 0 when none did: attempts after it go on from each other. */
  readonly round: number;
  readonly entries: Map<string, Entry>;
  /** Attempts whose usage is in the journal. */
  readonly reported: ReadonlySet<number>;
  /** Model calls that the entries do not tell: those of earlier rounds, and those at which attempts failed. */
  readonly earlier: number;
}

function readContents({ keeper, task, scope, attempt }: LogPlace): Contents {
  const stored = keeper.calls(task, scope).map(({ key, text }) => ({ key, value: parse(text) }));
  const ends = stored.flatMap(({ value }) => (isEnd(value) && value.attempt < attempt ? [value] : []));
  const closed = ends.filter(({ goesOn }) => !goesOn).map((end) => end.attempt);
  const round = Math.max(0, ...closed);
  const entries = new Map<string, Entry>();
  let earlier = attempt - 1 - closed.length;
  for (const { key, value } of stored) {
    if (!isEntry(value)) continue;
    if (key.startsWith(`${round}/`)) entries.set(key.slice(`${round}/`.length), value);
    else if (key.includes('/model/')) earlier += 1;
  }
  return { round, entries, reported: new Set(ends.map((end) => end.attempt)), earlier };
}

function keep({ keeper, now, task, scope }: LogPlace, key: string, value: unknown): void {
  keeper.save({ task, scope, key, at: now(), text: JSON.stringify(value) });
}

function answerOf(entries: ReadonlyMap<string, Entry>, number: number): ModelAnswer | FailedAnswer | undefined {
  return readAnswer(entries.get(answerKey(number))?.value);
}

function answersIn(entries: ReadonlyMap<string, Entry>): number {
  let count = 0;
  while (entries.has(answerKey(count + 1))) count += 1;
  return count;
}

function usageOf(contents: Contents, attempt: number): CallUsage {
  let sum = noUsage;
  for (const entry of contents.entries.values()) {
    const { value } = entry;
    if (isUnreported(contents, attempt, entry) && isAnswer(value) && 'usage' in value) sum = addUsage(sum, value.usage);
  }
  return sum;
}

function isUnreported({ reported }: Contents, attempt: number, entry: Entry | undefined): boolean {
  return entry !== undefined && (entry.attempt === attempt || !reported.has(entry.attempt));
}

function parse(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return value;
}

/** What is kept of a call; nothing for what says how an attempt ended. */
export function readEntry(text: string): Entry | undefined {
  const value = parse(text);
  return isEntry(value) ? value : undefined;
}

export function readAnswer(value: unknown): ModelAnswer | FailedAnswer | undefined {
  return isAnswer(value) ? value : undefined;
}

export function readContext(value: unknown): SavedContext | undefined {
  return isContext(value) ? value : undefined;
}

function isContext(value: unknown): value is SavedContext {
  return typeof value === 'object' && value !== null && 'profile' in value && 'package' in value;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'value' in value && 'attempt' in value;
}

function isEnd(value: unknown): value is End {
  return typeof value === 'object' && value !== null && 'goesOn' in value && 'attempt' in value;
}

/** What a call came to; nothing for all else that is kept. */
export function usageIn(text: string): CallUsage | undefined {
  const value = readEntry(text)?.value;
  return isAnswer(value) && 'usage' in value ? value.usage : undefined;
}

/** What this file wrote itself; model and failure tell it from what tools came to. */
function isAnswer(value: unknown): value is ModelAnswer | FailedAnswer {
  return typeof value === 'object' && value !== null && 'model' in value && ('usage' in value || 'failure' in value);
}

/** Keeps calls as long as the process lives. */
export function createCallMemory(): CallKeeper {
  const tasks = new Map<string, Map<string, StoredCall>>();
  return {
    save(call) {
      const calls = tasks.get(call.task) ?? new Map<string, StoredCall>();
      tasks.set(call.task, calls.set(JSON.stringify([call.scope, call.key]), call));
    },
    calls: (taskId, scope) =>
      [...(tasks.get(taskId)?.values() ?? [])].filter((call) => (scope ?? call.scope) === call.scope),
    forget: (taskId) => tasks.delete(taskId),
  };
}

/** Keeps calls in a state file, once there is one. */
export function callsIn(store: () => TaskStore | undefined): CallKeeper {
  return {
    save: (call) => store()?.saveCall(call),
    calls: (taskId, scope) => store()?.calls(taskId, scope) ?? [],
    forget: () => undefined,
  };
}
