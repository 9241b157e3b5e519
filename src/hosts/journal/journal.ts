import { z } from 'zod';
import {
  EngineError,
  failureCategories,
  failureKinds,
  type FailureCategory,
  type FailureKind,
} from '../../errors/index.ts';
import { PermissionsSpec } from '../../manifest/index.ts';
import type { TaskMessage } from '../../machines/index.ts';
import { RoutingDecision, TaskOverrides } from '../../services/index.ts';
import { ConsentAnswer, ConsentQuestion } from '../consent.ts';
import type { StageResult } from '../work/stage-runner.ts';
import type { StoredValue } from './values.ts';

/*
 * Entries of the journal: what a task was created with, and then every message the reducer took, with the values that
 * came along. Reading them again gives the same task.
 */

const Value = z.union([z.object({ value: z.unknown() }), z.object({ artifact: z.string(), bytes: z.number() })]);

const Usage = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  cached_tokens: z.number(),
  cost_usd: z.number().exactOptional(),
});

/** What attempts had spent that were stopped with the entry, by node. */
const Spent = z.record(z.string(), Usage).exactOptional();

/** Nobody was at work on the task since the entry before. */
const AfterRest = z.literal(true).exactOptional();

const FailureCode = z.custom<FailureKind>((code) => typeof code === 'string' && Object.hasOwn(failureKinds, code));
const Category = z.custom<FailureCategory>(
  (name) => typeof name === 'string' && Object.hasOwn(failureCategories, name),
);

const StoredFailure = z.object({
  code: FailureCode,
  message: z.string(),
  hint: z.string().exactOptional(),
  retry_after_ms: z.number().exactOptional(),
  details: z.record(z.string(), z.unknown()).exactOptional(),
});

const End = z.union([
  z.object({ kind: z.literal('done'), choice: z.string().exactOptional() }),
  z.object({
    kind: z.literal('failed'),
    category: Category,
    retryable: z.boolean(),
    retryAfterMs: z.number().exactOptional(),
  }),
]);

const CreatedEntry = z.object({
  kind: z.literal('created'),
  pipeline: z.string(),
  input: Value,
  mode: z.string(),
  tags: z.array(z.string()),
  paused: z.boolean(),
  breakpoints: z.array(z.string()).exactOptional(),
  permissions: PermissionsSpec.exactOptional(),
  routing: RoutingDecision.exactOptional(),
  overrides: TaskOverrides.exactOptional(),
  refused: StoredFailure.exactOptional(),
  /** For a fork: the task whose history it shares, up to which entry. */
  forked_from: z.object({ task: z.string(), seq: z.number() }).exactOptional(),
  assigned_as: z.string().exactOptional(),
  parent: z.object({ task: z.string(), node: z.string(), attempt: z.number() }).exactOptional(),
  frame: z
    .object({
      item: Value.exactOptional(),
      index: z.number().exactOptional(),
      iteration: z.number().exactOptional(),
    })
    .exactOptional(),
});
export type CreatedEntry = z.infer<typeof CreatedEntry>;

const ResultEntry = z.object({
  kind: z.literal('result'),
  node: z.string(),
  token: z.string(),
  end: End,
  output: Value.exactOptional(),
  failure: StoredFailure.exactOptional(),
  usage: Usage.exactOptional(),
  partial: z.literal(true).exactOptional(),
  spent: Spent,
  after_rest: AfterRest,
});
export type ResultEntry = z.infer<typeof ResultEntry>;

const TimerEntry = z.object({ kind: z.literal('timer'), id: z.string(), token: z.string(), spent: Spent });
const WaitsEntry = z.object({ kind: z.literal('waits'), node: z.string(), token: z.string() });
const AsksEntry = z.object({
  kind: z.literal('asks'),
  node: z.string(),
  token: z.string(),
  question: z.string(),
  timeoutMs: z.number().exactOptional(),
  asked: ConsentQuestion,
});
const AnswerEntry = z.object({
  kind: z.literal('answer'),
  node: z.string(),
  token: z.string(),
  question: z.string(),
  consent: ConsentAnswer,
  after_rest: AfterRest,
});
const ControlEntry = z.object({
  kind: z.literal('control'),
  command: z.enum(['start', 'pause', 'resume', 'cancel', 'expire']),
  spent: Spent,
  after_rest: AfterRest,
});
const StepEntry = z.object({
  kind: z.literal('control'),
  command: z.literal('step'),
  stage: z.string().exactOptional(),
  after_rest: AfterRest,
});
const BreakEntry = z.object({
  kind: z.literal('control'),
  command: z.literal('break'),
  breakpoints: z.array(z.string()),
  after_rest: AfterRest,
});

/** The end of the history that a fork shares, and what is different from there on. */
const ForkedEntry = z.object({
  kind: z.literal('forked'),
  input: Value.exactOptional(),
  mode: z.string().exactOptional(),
  tags: z.array(z.string()).exactOptional(),
  overrides: TaskOverrides.exactOptional(),
});
export type ForkedEntry = z.infer<typeof ForkedEntry>;

/** The task goes on with other manifests. */
const MigratedEntry = z.object({
  kind: z.literal('migrated'),
  /** Hash of the manifests that it had. */
  before: z.string(),
  /** Hash of those that it has from now on. */
  definition: z.string(),
  pipeline: z.string(),
  /** Finished stages that stay so: their nodes in the old manifests and in the new ones. */
  kept: z.array(z.tuple([z.string(), z.string()])),
});
export type MigratedEntry = z.infer<typeof MigratedEntry>;

const Entry = z.discriminatedUnion('kind', [
  CreatedEntry,
  ResultEntry,
  TimerEntry,
  WaitsEntry,
  AsksEntry,
  AnswerEntry,
  z.discriminatedUnion('command', [ControlEntry, StepEntry, BreakEntry]),
  ForkedEntry,
  MigratedEntry,
]);
export type Entry = z.infer<typeof Entry>;

/** Throws STORE_JOURNAL_BROKEN for a text that is no entry. */
export function readEntry(text: string, place: { readonly task: string; readonly seq: number }): Entry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw brokenJournal(place, cause);
  }
  const parsed = Entry.safeParse(value);
  if (parsed.success) return parsed.data;
  throw brokenJournal(place, parsed.error);
}

export function brokenJournal(place: { readonly task: string; readonly seq: number }, cause?: unknown): EngineError {
  return new EngineError(
    'STORE_JOURNAL_BROKEN',
    `Entry ${place.seq} of the journal of task "${place.task}" cannot be used.`,
    {
      hint: 'Restore the state file from a backup, or run the task anew.',
      details: { ...place },
      ...(cause !== undefined && { cause }),
    },
  );
}

/** The entry for a message that ended an attempt. */
export function resultEntry(
  message: TaskMessage & { kind: 'result' },
  result: StageResult,
  output: StoredValue,
): unknown {
  return {
    ...message,
    ...(result.ok ? { output, ...(result.partial === true && { partial: true }) } : { failure: result.failure }),
    ...(result.usage !== undefined && { usage: result.usage }),
  };
}
