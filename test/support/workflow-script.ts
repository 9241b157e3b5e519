import fc from 'fast-check';
import type { WorkflowSpec } from '../../src/manifest/index.ts';
import type { Outcome } from '../../src/machines/index.ts';
import { generatedCategories } from './workflow-generator.ts';

/** How the stages of a workflow end, and which of those that run ends next. */
export interface Script {
  readonly outcomes: readonly number[];
  readonly picks: readonly number[];
  /** One in so many stages fails. */
  readonly failureEvery: number;
}

const longest = 16;

export const scripts: fc.Arbitrary<Script> = fc.record({
  outcomes: fc.array(fc.nat(99), { minLength: longest, maxLength: longest }),
  picks: fc.array(fc.nat(20), { minLength: longest, maxLength: longest }),
  failureEvery: fc.constantFrom(12, 6, 3),
});

/** What the script says of a node. A decision may also name no edge. */
export function scriptedOutcome(workflow: WorkflowSpec, script: Script, place: number): Outcome {
  const drawn = script.outcomes[place % longest] ?? 0;
  if (drawn % script.failureEvery === script.failureEvery - 1) {
    return { kind: 'failed', category: generatedCategories[drawn % generatedCategories.length] ?? 'tool' };
  }
  const node = workflow.nodes[place];
  if (node?.type !== 'decision') return { kind: 'done' };
  const choices = [...choicesOf(workflow, node.id), 'no edge'];
  const choice = choices[drawn % choices.length];
  return { kind: 'done', ...(choice !== undefined && { choice }) };
}

/** Labels on the conditional edges of a decision. */
export function choicesOf(workflow: WorkflowSpec, id: string): readonly string[] {
  return (workflow.edges ?? []).flatMap((edge) => {
    const label = edge.condition ?? edge.when;
    return edge.from === id && label !== undefined ? [label] : [];
  });
}

/** The one of several that the script takes at a moment. */
export function picked<Item>(script: Script, moment: number, items: readonly Item[]): Item {
  const item = items[(script.picks[moment % longest] ?? 0) % items.length];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}
