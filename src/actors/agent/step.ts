import type { MemoryActor } from '../memory-actor.ts';
import type { StepNotes } from '../step-logic.ts';
import type { AgentCall, AgentNotes, AgentServices } from './call.ts';

/** What a step is given. */
export interface StepRequest {
  readonly call: AgentCall;
  readonly notes: AgentNotes;
  readonly services: AgentServices;
  readonly memory: MemoryActor;
  readonly signal: AbortSignal;
}

export type Step = (request: StepRequest) => Promise<StepNotes<AgentNotes>>;
