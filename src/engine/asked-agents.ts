import type { NodeSpec } from '../manifest/index.ts';

/** Agents that a node may ask: its own, and those that take turns with it. */
export function askedAgents(spec: NodeSpec): readonly string[] {
  const variants = 'agent_variants' in spec ? (spec.agent_variants ?? []) : [];
  const own = 'agent' in spec && spec.agent !== undefined ? [spec.agent] : [];
  return [...own, ...variants.map(({ agent }) => agent)];
}
