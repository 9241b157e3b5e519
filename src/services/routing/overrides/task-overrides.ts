import { z } from 'zod';
import { OverrideSpec } from '../../../manifest/index.ts';

/** A part of a request, counted in UTF-16 units. */
const TextSpan = z.object({ start: z.int(), end: z.int(), text: z.string() });
export type TextSpan = z.infer<typeof TextSpan>;

/** Where an override comes from: whoever began the task, words of its request, a plugin, or a preference in a store. */
export const OverrideSource = z.object({
  from: z.enum(['caller', 'request', 'plugin', 'project', 'global']),
  /** The words of the request that it was read from. */
  span: TextSpan.exactOptional(),
  /** The agent that read them, where no rule did. */
  agent: z.string().exactOptional(),
});
export type OverrideSource = z.infer<typeof OverrideSource>;

export const GivenOverride = z.object({ spec: OverrideSpec, source: OverrideSource });
export type GivenOverride = z.infer<typeof GivenOverride>;

/** Two overrides that cannot both hold. */
export const OverrideConflict = z.object({
  /** What they are about: "mode", "model of reviewer". */
  about: z.string(),
  winner: z.string(),
  loser: z.string(),
  /** Why the one won. */
  reason: z.string(),
});
export type OverrideConflict = z.infer<typeof OverrideConflict>;

export const RefusedOverride = z.object({
  id: z.string(),
  kind: z.string(),
  reason: z.string(),
  source: OverrideSource,
});
export type RefusedOverride = z.infer<typeof RefusedOverride>;

/** A part of an override that holds only when a person allows it. */
export const OverrideDanger = z.object({
  override: z.string(),
  field: z.enum(['skip_checks', 'max_cost_usd', 'max_tokens_total', 'store']),
  /** Says what it would do, as the end of a sentence: "raise the budget from 1 to 5 US dollars". */
  text: z.string(),
});
export type OverrideDanger = z.infer<typeof OverrideDanger>;

/** An agent that read the request of a task before it was created, and what that took. */
export const RequestReader = z.object({
  agent: z.string(),
  usage: z
    .object({
      prompt_tokens: z.number(),
      completion_tokens: z.number(),
      cached_tokens: z.number(),
      cost_usd: z.number().exactOptional(),
    })
    .exactOptional(),
  /** Why nothing came of it. */
  problem: z.string().exactOptional(),
});
export type RequestReader = z.infer<typeof RequestReader>;

/** What became of the overrides of a task; a part of its journal, so that it is the same whenever it is read back. */
export const TaskOverrides = z.object({
  /** Those that hold, the first one given at the front, without the fields that another one overrules. */
  applied: z.array(GivenOverride),
  refused: z.array(RefusedOverride),
  conflicts: z.array(OverrideConflict),
  /** What a person has to allow before it holds. */
  asks: z.array(OverrideDanger),
  /** Ids of overrides of which that was decided before the task began. */
  allowed: z.array(z.string()),
  denied: z.array(z.string()),
  /** Absent where none is to read requests. */
  reader: RequestReader.exactOptional(),
});
export type TaskOverrides = z.infer<typeof TaskOverrides>;
