import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../../support/chart-layout.ts';
import { decision, drawWorkflow, end, merge } from '../../../support/workflow-drawing.ts';

const any = { ...merge, join: 'any' } as const;

/** A layout, line by line as it is written here. */
function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .slice(1, -1)
    .map((line) => line.slice('      '.length));
}

describe('the chart of a workflow', () => {
  it('links the stages of a chain, and enters at once what certainly comes next', () => {
    const edges = 'a -> b\nb -> z';
    expect(layoutOf(drawWorkflow({ nodes: { z: end }, edges }))).toEqual(
      lines(`
      a → a->b: b, ~end ! endedFreely +0: b~running, endedDone: b
      b → b->z: z, ~end ! endedDone: z
      z → ~end
    `),
    );
  });

  it('keeps choices that exclude each other in one lane, and the stage at which they meet', () => {
    const edges = 'a -x-> b\na -y-> c\nb -> d\nc -> d';
    expect(layoutOf(drawWorkflow({ nodes: { a: decision }, edges }))).toEqual(
      lines(`
      a → a->b[x]: b, a->c[y]: c, if d, ~end
      d? → ~end
      c → c->d: d, if d, ~end
      b → b->d: d, if d, ~end
    `),
    );
  });

  it('gives branches lanes of their own, and puts the merge that waits for all of them behind', () => {
    const edges = 'a -> b\na -> c\nb -> m\nc -> m\nm -> z';
    expect(layoutOf(drawWorkflow({ nodes: { m: merge }, edges }))).toEqual(
      lines(`
      a~fork: block → if m, ~end
        b~lane: lane from b
          b? → b~end
        c~lane: lane from c
          c? → c~end
      a → a->b: a~fork, a->c: a~fork, if m, ~end
      m? → m->z: z, ~end ! endedFreely +0: z~running, endedDone: z
      z → ~end
    `),
    );
  });

  it('gives a merge that does not wait for all of its branches a lane beside them', () => {
    const edges = 'a -> b\na -> c\nb -> m\nc -> m\nm -> z';
    expect(layoutOf(drawWorkflow({ nodes: { m: any }, edges }))).toEqual(
      lines(`
      a~fork: block → ~end
        b~lane: lane from b
          b? → b~end
        c~lane: lane from c
          c? → c~end
        m~lane: lane from m
          m? → m->z: z, m~end ! endedFreely +0: z~running, endedDone: z
          z → m~end
      a → a->b: a~fork, a->c: a~fork, anyTaken: a~fork, ~end
    `),
    );
  });

  it('keeps a handler in the lane of what it stands in for', () => {
    const edges = 'a -> b\na -error-> c\nb -> d\nc -> d';
    expect(layoutOf(drawWorkflow({ nodes: {}, edges }))).toEqual(
      lines(`
      a → a->b: b, a->c!: c, if d, ~end ! endedFreely +1: b~running, endedDone: b
      d? → ~end
      c → c->d: d, if d, ~end
      b → b->d: d, if d, ~end
    `),
    );
  });

  it('gives handlers that are taken together lanes of their own, and others none', () => {
    const edges = 'a -> b\na -error tool-> c\na -error tool-> d\na -fallback timeout-> e\na -fallback json-> f';
    expect(layoutOf(drawWorkflow({ nodes: {}, edges }))).toEqual(
      lines(`
      a~fork: block → ~end
        c~lane: lane from c
          c? → c~end
        d~lane: lane from d
          d? → d~end
      a → a->b: b, a->c!: a~fork, a->d!: a~fork, a->e?: e, a->f?: f, ~end ! endedFreely +0: b~running, endedDone: b
      f → ~end
      e → ~end
      b → ~end
    `),
    );
  });

  it('leaves a branch out of a block when nothing of the block can run in the same run', () => {
    const edges = 'a -> b\na -> c\nb -> m\nc -> m\nm -> z\na -error-> e\ne -> f';
    expect(layoutOf(drawWorkflow({ nodes: { m: any }, edges }))).toEqual(
      lines(`
      a~fork: block → ~end
        b~lane: lane from b
          b? → b~end
        c~lane: lane from c
          c? → c~end
        m~lane: lane from m
          m? → m->z: z, m~end ! endedFreely +0: z~running, endedDone: z
          z → m~end
      a → a->b: a~fork, a->c: a~fork, a->e!: e, anyTaken: a~fork, ~end
      e → e->f: f, ~end ! endedFreely +0: f~running, endedDone: f
      f → ~end
    `),
    );
  });

  it('lays a fork in a branch into the lane of the branch', () => {
    const edges = 'a -> b\na -> c\nb -> d\nb -> e\nd -> m\ne -> m\nm -> n\nc -> n';
    expect(layoutOf(drawWorkflow({ nodes: { m: merge, n: merge }, edges }))).toEqual(
      lines(`
      a~fork: block → if n, ~end
        b~lane: lane from b
          b~fork: block → if m, b~end
            d~lane: lane from d
              d? → d~end
            e~lane: lane from e
              e? → e~end
          b? → b->d: b~fork, b->e: b~fork, if m, b~end
          m? → b~end
        c~lane: lane from c
          c? → c~end
      a → a->b: a~fork, a->c: a~fork, if n, ~end
      n? → ~end
    `),
    );
  });

  it('puts a merge of some of the branches into the lane of the first of them', () => {
    const edges = 'a -> b\na -> c\na -> d\nb -> m\nc -> m\nm -> n\nd -> n';
    expect(layoutOf(drawWorkflow({ nodes: { m: merge, n: merge }, edges }))).toEqual(
      lines(`
      a~fork: block → if n, ~end
        b~lane: lane from b
          m? → b~end
          b? → b->m: m, if m, b~end
        c~lane: lane from c
          c? → c~end
        d~lane: lane from d
          d? → d~end
      a → a->b: a~fork, a->c: a~fork, a->d: a~fork, anyTaken: a~fork, if n, ~end
      n? → ~end
    `),
    );
  });

  it('shares lanes among branches of different outcomes, with a place to pick', () => {
    const edges = 'a -> b\na -> c\na -error-> h\nb -> m\nc -> m\nc -> k\nh -> m';
    expect(layoutOf(drawWorkflow({ nodes: { m: any }, edges }))).toEqual(
      lines(`
      a~fork: block → ~end
        b~lane: lane from b~pick
          b~pick: pick → a->b: b, a->h!: h, b~end
          h → b~end
          b → b~end
        c~lane: lane from c
          c? → c->k: k, c~end
          k → c~end
        m~lane: lane from m
          m? → m~end
      a → a->b: a~fork, a->c: a~fork, a->h!: a~fork, anyTaken: a~fork, ~end
    `),
    );
  });

  it('puts what two choices lead to beside them, when work behind one of them may still go on', () => {
    const edges = 'd -x-> a\nd -y-> b\na -> c\na -> k\nc -> m\nk -> m\nb -> z\nm -> z';
    expect(layoutOf(drawWorkflow({ nodes: { d: decision, m: any }, edges }))).toEqual(
      lines(`
      d~fork: block → ~end
        a~lane: lane from a~pick
          a~pick: pick → d->a[x]: a, d->b[y]: b, a~end
          b → a~end
          a~fork: block → a~end
            c~lane: lane from c
              c? → c~end
            k~lane: lane from k
              k? → k~end
            m~lane: lane from m
              m? → m~end
          a → a->c: a~fork, a->k: a~fork, anyTaken: a~fork, a~end
        z~lane: lane from z
          z? → z~end
      d → d->a[x]: d~fork, d->b[y]: d~fork, anyTaken: d~fork, ~end
    `),
    );
  });

  it('lets a handler lead to the merge further on in the lane', () => {
    const edges = 'a -> b\nb -> m\na -error-> m\nm -> z';
    expect(layoutOf(drawWorkflow({ nodes: { m: merge }, edges }))).toEqual(
      lines(`
      a → a->b: b, a->m!: m, if m, ~end ! endedFreely +1: b~running, endedDone: b
      m? → m->z: z, ~end ! endedFreely +0: z~running, endedDone: z
      z → ~end
      b → b->m: m, if m, ~end
    `),
    );
  });

  it('counts the joins that may start because the other ways are dead', () => {
    const edges = 's -> a\ns -> c\na -> b\na -error-> m\nc -> m\nm -> z';
    expect(layoutOf(drawWorkflow({ nodes: { m: merge }, edges }))).toEqual(
      lines(`
      s~fork: block → ~end
        a~lane: lane from a
          a? → a->b: b, a~end ! endedFreely +1: b~running, endedDone: b
          b → a~end
        c~lane: lane from c
          m? → m->z: z, c~end ! endedFreely +0: z~running, endedDone: z
          z → c~end
          c? → c->m: m, if m, c~end
      s → s->a: s~fork, s->c: s~fork, anyTaken: s~fork, ~end
    `),
    );
  });

  it('puts a merge that waits for everything into the lane of a branch, and not into that of a join that may be over before', () => {
    const edges = 's -> d\ns -> u\nd -x-> a\nd -y-> b\na -> j\nu -> j\nj -> n\nb -> n\nu -> n';
    expect(layoutOf(drawWorkflow({ nodes: { d: decision, j: any, n: merge }, edges }))).toEqual(
      lines(`
      s~fork: block → ~end
        d~lane: lane from d
          d? → d->a[x]: a, d->b[y]: b, d~end
          b → d~end
          a → d~end
        u~lane: lane from u
          n? → u~end
          u? → u->n: n, if n, u~end
        j~lane: lane from j
          j? → j~end
      s → s->d: s~fork, s->u: s~fork, anyTaken: s~fork, ~end
    `),
    );
  });

  it('keeps a merge behind a join that has a lane of its own in that lane', () => {
    const edges = 'a -> b\na -> c\nb -> j\nc -> j\nj -> n\nb -> n\nc -> m\nb -> m\nn -> z\nm -> z';
    expect(layoutOf(drawWorkflow({ nodes: { m: merge, j: any, n: merge }, edges }))).toEqual(
      lines(`
      a~fork: block → if z, ~end
        b~lane: lane from b
          m? → b~end
          b? → b->m: m, if m, b~end
        c~lane: lane from c
          c? → c~end
        j~lane: lane from j
          n? → j~end
          j? → j->n: n, if n, j~end
      a → a->b: a~fork, a->c: a~fork, anyTaken: a~fork, if z, ~end
      z? → ~end
    `),
    );
  });
});
