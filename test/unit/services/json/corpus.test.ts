import { describe, expect, it } from 'vitest';
import { corpus } from '../../../json-corpus/index.ts';
import { markAll, type Marked } from '../../../json-corpus/score.ts';

describe('the corpus of malformed answers', () => {
  const marked = markAll(corpus);
  const count = (marks: readonly Marked['mark'][]) => marked.filter(({ mark }) => marks.includes(mark)).length;

  it('has 400 cases of 40 kinds or more', () => {
    expect({ cases: marked.length >= 400, kinds: new Set(corpus.map(({ kind }) => kind)).size >= 40 }).toEqual({
      cases: true,
      kinds: true,
    });
  });

  it('is read without a wrong or invented value, and by 97 of 100 as the policy asks', () => {
    const right = count(['ideal', 'pass']);
    process.stdout.write(`JSON corpus: ${right} of ${marked.length} right, ${count(['ideal'])} of them ideal\n`);
    expect(marked.filter(({ mark }) => ['wrong', 'invented', 'fatal'].includes(mark))).toEqual([]);
    expect(right / marked.length).toBeGreaterThanOrEqual(0.97);
  });
});
