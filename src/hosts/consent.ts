import { z } from 'zod';

/* Whether a tool may run: what people are asked, and what they answer. */

/** What a person is asked before a tool runs. Arguments are redacted and cut. */
export const ConsentQuestion = z.object({
  /** The same for the same call of the same stage, however often it is asked. */
  id: z.string(),
  tool: z.string(),
  /** What an override of the task would do; there is no tool then. */
  override: z.string().exactOptional(),
  /** Of a tool plan, or the call of an agent. */
  step: z.string().exactOptional(),
  /** Whose call it is. */
  agent: z.string().exactOptional(),
  /** Why it wants to make it, in its own words. */
  reason: z.string().exactOptional(),
  /** Of a tool that runs a command, as it is declared. */
  command: z.string().exactOptional(),
  arguments: z.unknown(),
  arguments_hash: z.string(),
  risk: z.enum(['low', 'medium', 'high']),
  capabilities: z.array(z.string()),
  /** What asks for consent: "tools.deploy.consent: always". */
  rule: z.string(),
  /** Names the calls that a remembered answer holds for. */
  likeness: z.string(),
});
export type ConsentQuestion = z.infer<typeof ConsentQuestion>;

export const consentReaches = ['once', 'task', 'project'] as const;

export const ConsentAnswer = z.object({
  action: z.enum(['allow', 'deny']),
  /** What else it holds for: like calls of this task, or of the whole project. */
  remember: z.enum(consentReaches),
  comment: z.string().exactOptional(),
  /** Who decided: a person, or that nobody answered in time. */
  by: z.enum(['person', 'timeout', 'remembered']),
});
export type ConsentAnswer = z.infer<typeof ConsentAnswer>;

/** What became of a question. */
export interface Consent {
  readonly question: ConsentQuestion;
  readonly answer?: ConsentAnswer;
}

/** How a stage under way asks, and hears of the answer. */
export interface StageConsents {
  answerTo(question: string): ConsentAnswer | undefined;
  /** Asks what is not asked yet. The stage waits then, once nothing else of it is at work. */
  ask(question: ConsentQuestion, timeoutMs: number | undefined): void;
}
