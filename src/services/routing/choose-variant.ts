import { createHash } from 'node:crypto';
import type { RoutingCandidate, RoutingDecision } from './decision.ts';

/** An agent that takes its turn at a node. */
export interface VariantCandidate {
  readonly agent: string;
  /** Its share of the tasks, beside those of the others whose conditions hold. */
  readonly weight: number;
  /** Absent: always. May throw. */
  readonly holds?: () => boolean;
  /** The override by which it is to be avoided. */
  readonly avoidedBy?: string | undefined;
}

export interface VariantRequest {
  /** The stage, for the decision. */
  readonly at: string;
  /** What the share is picked by: the same for the same task and node. */
  readonly key: string;
  /** The agent that is asked when no condition holds. */
  readonly own: string;
  readonly variants: readonly VariantCandidate[];
}

export interface AssignedAgent {
  readonly agent: string;
  readonly decision: RoutingDecision;
}

interface Judged {
  readonly id: string;
  readonly agent: string;
  readonly weight: number;
  readonly refusal?: string;
}

/** Picks who answers at a stage: the same one whenever it is asked for the same key and the same conditions. */
export function chooseVariant({ at, key, own, variants }: VariantRequest): AssignedAgent {
  const ids = new Set<string>();
  const judged = variants.map((variant) => judge(variant, ids));
  const holding = judged.filter(({ refusal }) => refusal === undefined);
  const picked = pickByShare(holding, shareOf(key));
  const ownId = uniqueId(own, ids);
  const isListed = variants.some(({ agent }) => agent === own);
  const ownCandidate: RoutingCandidate =
    picked === undefined ? { id: ownId } : { id: ownId, refusal: 'a variant is there for the task' };
  // Of an agent that takes its turn as well, one entry says all.
  const candidates = [...judged.map(toCandidate), ...(picked !== undefined && isListed ? [] : [ownCandidate])];
  const overrides = [...new Set(variants.flatMap(({ avoidedBy }) => avoidedBy ?? []))];
  const decided = { at, kind: 'agent', candidates, overrides } as const;
  if (picked === undefined) {
    const reason = 'No variant is there for the task, so the agent of the node is asked.';
    return { agent: own, decision: { ...decided, chosen: ownId, rule: 'agent.own', reason } };
  }
  const total = holding.reduce((sum, { weight }) => sum + weight, 0);
  const reason =
    holding.length === 1
      ? 'It is the only variant that is there for the task.'
      : `The hash of the task and the node falls into its share of ${picked.weight} of ${total}.`;
  return { agent: picked.agent, decision: { ...decided, chosen: picked.id, rule: 'agent.variant', reason } };
}

function judge({ agent, weight, holds, avoidedBy }: VariantCandidate, ids: Set<string>): Judged {
  const refusal = avoidedBy === undefined ? refusalOf(holds) : 'it is to be avoided';
  return { id: uniqueId(agent, ids), agent, weight, ...(refusal !== undefined && { refusal }) };
}

/** A condition that fails must not keep the task from running: the variant is then not there for it. */
function refusalOf(holds: VariantCandidate['holds']): string | undefined {
  try {
    return holds === undefined || holds() ? undefined : 'its condition does not hold';
  } catch (error) {
    return `its condition failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** An agent may be there twice, for other tasks with another share. */
function uniqueId(agent: string, taken: Set<string>): string {
  let id = agent;
  for (let count = 2; taken.has(id); count += 1) id = `${agent}#${count}`;
  taken.add(id);
  return id;
}

function toCandidate({ id, refusal }: Judged): RoutingCandidate {
  return { id, ...(refusal !== undefined && { refusal }) };
}

function pickByShare(holding: readonly Judged[], share: number): Judged | undefined {
  let left = share * holding.reduce((sum, { weight }) => sum + weight, 0);
  for (const variant of holding) {
    left -= variant.weight;
    if (left < 0) return variant;
  }
  return holding.at(-1);
}

const bytes = 6;

/** From 0 up to 1, evenly spread over all keys. */
function shareOf(key: string): number {
  return createHash('sha256').update(key).digest().readUIntBE(0, bytes) / 2 ** (8 * bytes);
}
