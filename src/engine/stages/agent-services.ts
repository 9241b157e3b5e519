import type { AgentServices } from '../../actors/index.ts';
import { hashOf } from '../../hosts/index.ts';
import {
  assembleContext,
  costOf,
  estimateTokens,
  nextAttempt,
  refusalFailure,
  tokenCounterFor,
  type SchemaValidator,
} from '../../services/index.ts';
import { writtenPlan } from './agent-tools.ts';

export function createAgentServices(validator: SchemaValidator, now: () => number): AgentServices {
  return {
    validator,
    assembleContext,
    hash: hashOf,
    counterFor: ({ spec, alias }) => tokenCounterFor(spec, alias),
    costOf,
    estimateTokens,
    readPlan: writtenPlan,
    // the prompt has the schema
    nextAttempt: (state, refused, policy) =>
      nextAttempt(state, refused, { policy, schema: true, mostSchemaCharacters: 0 }),
    refusalFailure,
    now,
  };
}
