import type { CompiledPipeline, Scenario } from '../index.ts';
import type { Walk } from './walk.ts';

/** What a walk did that the scenario does not tell, as sentences. */
export function compareWalk({ graph }: CompiledPipeline, scenario: Scenario, walk: Walk): readonly string[] {
  const ran = new Set(scenario.trace);
  const ends = graph.nodes.filter((node) => node.closes !== undefined && ran.has(node.id)).map((node) => node.id);
  return [
    ...walk.idle.map((node) => `"${node}" did not run when its turn had come.`),
    ...compareLists('taken edges', scenario.live, walk.live),
    ...compareLists('ends', ends, walk.ends),
    ...(walk.verdict === scenario.verdict
      ? []
      : [`The run was ${walk.verdict} where ${scenario.verdict} was expected.`]),
  ];
}

function compareLists(what: string, expected: readonly string[], found: readonly string[]): readonly string[] {
  const missing = without(expected, found);
  const added = without(found, expected);
  return [
    ...(missing.length === 0 ? [] : [`Missing ${what}: ${missing.join(', ')}.`]),
    ...(added.length === 0 ? [] : [`Unexpected ${what}: ${added.join(', ')}.`]),
  ];
}

function without(items: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return items.filter((item) => !known.has(item));
}
