import { beforeAll, describe, expect, it } from 'vitest';
import {
  measureContexts,
  shareOf,
  sumOf,
  type ContextFigures,
} from '../../../support/retrieval/measure-compression.ts';

let figures: readonly ContextFigures[];

beforeAll(async () => {
  figures = await measureContexts(0.25);
});

const kept = (place: 'head' | 'tail' | 'needed'): number => shareOf(sumOf(figures.map((each) => each[place])));

describe('contexts at a quarter of their tokens', () => {
  it('stay within the budget, which is much less than there is', () => {
    expect(figures.filter(({ tokens: { used, budget } }) => used > budget)).toEqual([]);
    expect(figures.filter(({ tokens: { all, budget } }) => budget > all / 4)).toEqual([]);
  });

  it('keep at least 90 % of the labelled facts in HEAD and TAIL, and print each figure', () => {
    const line = (['head', 'tail', 'needed'] as const).map((place) => `${place} ${(kept(place) * 100).toFixed(1)} %`);
    process.stdout.write(`\nfacts kept at 25 % of the tokens: ${line.join(', ')}\n`);
    expect(kept('head')).toBeGreaterThanOrEqual(0.9);
    expect(kept('tail')).toBeGreaterThanOrEqual(0.9);
  });

  it('keep at least 60 % of the labelled facts in the middle that the task cannot do without', () => {
    expect(kept('needed')).toBeGreaterThanOrEqual(0.6);
  });
});
