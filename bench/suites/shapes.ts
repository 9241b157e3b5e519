import { taskCase } from '../support/run-workload.ts';
import type { Suite } from '../support/suite.ts';
import { casesOf, inMemory } from './peers.ts';

const sizes = { sizes: [10, 100, 1_000], quickSizes: [10, 100], growth: [100, 1_000] } as const;

export const chain: Suite = {
  title: 'Chain of stages that do nothing',
  counts: 'stages',
  ...sizes,
  figures: { cpu: 'CPU µs per stage', wall: 'wall µs per stage' },
  cases: casesOf(inMemory, (subject) => taskCase(subject, (size) => ({ kind: 'chain', size }))),
};

export const fanOut: Suite = {
  title: 'Fan-out 1 → W → 1 of stages that do nothing',
  counts: 'branches',
  ...sizes,
  figures: { cpu: 'CPU µs per branch', wall: 'wall µs per branch' },
  cases: casesOf(inMemory, (subject) => taskCase(subject, (size) => ({ kind: 'fan', size }))),
};

export const mesh: Suite = {
  title: 'Mesh, ten wide, each stage after two of the layer before',
  counts: 'stages',
  ...sizes,
  figures: { cpu: 'CPU µs per stage', wall: 'wall µs per stage' },
  cases: casesOf(inMemory, (subject) => taskCase(subject, (size) => ({ kind: 'mesh', size }))),
};
