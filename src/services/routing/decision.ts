import { z } from 'zod';

/**
 * One of those that could have been chosen: with a refusal, why it was out of the question; with `behind`, by what it came behind the
 * one that was chosen.
 */
export const RoutingCandidate = z.object({
  id: z.string(),
  refusal: z.string().exactOptional(),
  behind: z.string().exactOptional(),
});
export type RoutingCandidate = z.infer<typeof RoutingCandidate>;

/** Why a task went the way it did: one choice, and all that was not chosen. It is kept with the task and told as an event. */
export const RoutingDecision = z.object({
  /** The stage that it is about; `task` for the choice of the pipeline. */
  at: z.string(),
  kind: z.enum(['pipeline', 'stage', 'fallback', 'agent']),
  candidates: z.array(RoutingCandidate).readonly(),
  chosen: z.string(),
  /** What decided, as `noun.word`. */
  rule: z.string(),
  /** The same as a sentence. */
  reason: z.string(),
  /** Ids of the overrides that had an effect. */
  overrides: z.array(z.string()).readonly(),
});
export type RoutingDecision = z.infer<typeof RoutingDecision>;
