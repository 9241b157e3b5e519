import { expect, it } from 'vitest';
import { chooseVariant, type VariantCandidate } from '../../../../src/services/routing/index.ts';

const request = (key: string, variants: readonly VariantCandidate[]) => ({ at: 'write', key, own: 'writer', variants });

it('spreads 100,000 tasks by the weights of the variants, to within one in a hundred', () => {
  const variants = [
    { agent: 'writer', weight: 5 },
    { agent: 'terse', weight: 3 },
    { agent: 'long', weight: 2 },
  ];
  const counts = new Map<string, number>();
  for (let task = 0; task < 100_000; task += 1) {
    const { agent } = chooseVariant(request(`task-${task} write`, variants));
    counts.set(agent, (counts.get(agent) ?? 0) + 1);
  }
  for (const { agent, weight } of variants) {
    const share = (counts.get(agent) ?? 0) / 100_000;
    expect(Math.abs(share - weight / 10)).toBeLessThan(0.01);
  }
});

it('gives the same task and node the same agent, and other nodes of the task their own', () => {
  const variants = [
    { agent: 'a', weight: 1 },
    { agent: 'b', weight: 1 },
  ];
  const agentAt = (node: string) => chooseVariant(request(`task ${node}`, variants)).agent;
  const nodes = Array.from({ length: 40 }, (_, at) => `node-${at}`);
  expect(nodes.map(agentAt)).toEqual(nodes.map(agentAt));
  expect(new Set(nodes.map(agentAt))).toEqual(new Set(['a', 'b']));
});

it('shares the tasks among the variants whose conditions hold, and tells why the others are out', () => {
  const variants: VariantCandidate[] = [
    { agent: 'terse', weight: 100, holds: () => false },
    { agent: 'long', weight: 1 },
    { agent: 'long', weight: 3, holds: () => true },
    {
      agent: 'odd',
      weight: 100,
      holds: () => {
        throw new Error('There is no field "size".');
      },
    },
  ];
  const { agent, decision } = chooseVariant(request('task write', variants));
  expect(agent).toBe('long');
  expect(decision).toEqual({
    at: 'write',
    kind: 'agent',
    candidates: [
      { id: 'terse', refusal: 'its condition does not hold' },
      { id: 'long' },
      { id: 'long#2' },
      { id: 'odd', refusal: 'its condition failed: There is no field "size".' },
      { id: 'writer', refusal: 'a variant is there for the task' },
    ],
    chosen: 'long#2',
    rule: 'agent.variant',
    reason: 'The hash of the task and the node falls into its share of 3 of 4.',
    overrides: [],
  });
});

it('leaves a task to the agent of the node when no condition holds', () => {
  const { agent, decision } = chooseVariant(
    request('task write', [{ agent: 'writer', weight: 1, holds: () => false }]),
  );
  expect(agent).toBe('writer');
  expect(decision).toEqual({
    at: 'write',
    kind: 'agent',
    candidates: [{ id: 'writer', refusal: 'its condition does not hold' }, { id: 'writer#2' }],
    chosen: 'writer#2',
    rule: 'agent.own',
    reason: 'No variant is there for the task, so the agent of the node is asked.',
    overrides: [],
  });
});
