import { describe, expect, it } from 'vitest';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import { failureCategories } from '../../../src/errors/index.ts';
import { distinctOutcomes } from '../../../src/machines/index.ts';
import { decision, drawWorkflow, end, seeAfter } from '../../support/workflow-drawing.ts';
import { planWorkflow } from '../../support/workflow-subject.ts';

const step = drawWorkflow({
  edges: `
    a -> next
    a -error tool-> repair
    a -error-> report
    a -fallback timeout-> patience
    a -fallback-> rescue
  `,
});

const handled = drawWorkflow({
  edges: `
    a -> next
    a -error tool timeout-> repair
    a -error tool-> report
  `,
});

const choice = drawWorkflow({
  nodes: { a: decision },
  edges: `
    a -yes-> agreed
    a -no-> refused
    a -error routing-> lost
  `,
});

const choiceWithDefault = drawWorkflow({
  nodes: { a: decision },
  edges: `
    a -yes-> agreed
    a -no-> refused
    a -> other
  `,
});

function outcomesOf(workflow: WorkflowSpec) {
  return distinctOutcomes(planWorkflow(workflow).graph.entry);
}

describe('the tokens of a stage that ended', () => {
  it('sends a stage that is done along its normal edges alone', () => {
    expect(seeAfter(step, 'a').tokens).toEqual({
      'a->next': 'live',
      'a->repair!': 'dead',
      'a->report!': 'dead',
      'a->patience?': 'dead',
      'a->rescue?': 'dead',
    });
  });

  it('sends a decision along the edge that it chose', () => {
    const expected = { 'a->agreed[yes]': 'dead', 'a->refused[no]': 'live', 'a->lost!': 'dead' };
    expect(seeAfter(choice, 'a: no').tokens).toEqual(expected);
  });

  it('sends a decision along its normal edge when no edge fits its choice', () => {
    const byDefault = { 'a->agreed[yes]': 'dead', 'a->refused[no]': 'dead', 'a->other': 'live' };
    expect(seeAfter(choiceWithDefault, 'a: perhaps').tokens).toEqual(byDefault);
    expect(seeAfter(choiceWithDefault, 'a').tokens).toEqual(byDefault);
  });

  it('leaves the default edge alone when an edge fits the choice', () => {
    const expected = { 'a->agreed[yes]': 'live', 'a->refused[no]': 'dead', 'a->other': 'dead' };
    expect(seeAfter(choiceWithDefault, 'a: yes').tokens).toEqual(expected);
  });

  it('takes a choice that no edge fits for a failure of routing', () => {
    expect(seeAfter(choice, 'a: perhaps')).toEqual({
      statuses: { a: 'failed', agreed: 'skipped', refused: 'skipped', lost: 'ready' },
      tokens: { 'a->agreed[yes]': 'dead', 'a->refused[no]': 'dead', 'a->lost!': 'live' },
      verdict: 'active',
    });
  });

  it('takes a decision that chose nothing for a failure of routing', () => {
    expect(seeAfter(choice, 'a').statuses).toEqual({
      a: 'failed',
      agreed: 'skipped',
      refused: 'skipped',
      lost: 'ready',
    });
  });

  it.each(['constructor', 'toString', '__proto__'])('knows that no edge fits the choice "%s"', (word) => {
    expect(seeAfter(choice, `a: ${word}`).statuses).toEqual({
      a: 'failed',
      agreed: 'skipped',
      refused: 'skipped',
      lost: 'ready',
    });
  });

  it('takes the fallback edge that names the failure', () => {
    expect(seeAfter(step, 'a! timeout').tokens).toEqual({
      'a->next': 'dead',
      'a->repair!': 'dead',
      'a->report!': 'dead',
      'a->patience?': 'live',
      'a->rescue?': 'dead',
    });
  });

  it('takes the fallback edge for all failures when none names it, even where an error edge does', () => {
    expect(seeAfter(step, 'a! tool').tokens).toEqual({
      'a->next': 'dead',
      'a->repair!': 'dead',
      'a->report!': 'dead',
      'a->patience?': 'dead',
      'a->rescue?': 'live',
    });
  });

  it('takes the first of two fallback edges that fit equally well', () => {
    const twice = drawWorkflow({ edges: 'a -> next\na -fallback-> first\na -fallback-> second' });
    expect(seeAfter(twice, 'a! json').tokens).toEqual({ 'a->next': 'dead', 'a->first?': 'live', 'a->second?': 'dead' });
  });

  it('takes every error edge that fits the failure', () => {
    expect(seeAfter(handled, 'a! tool').tokens).toEqual({
      'a->next': 'dead',
      'a->repair!': 'live',
      'a->report!': 'live',
    });
    expect(seeAfter(handled, 'a! timeout').tokens).toEqual({
      'a->next': 'dead',
      'a->repair!': 'live',
      'a->report!': 'dead',
    });
  });

  it('passes a failure on along normal edges when no edge takes it', () => {
    expect(seeAfter(handled, 'a! json')).toEqual({
      statuses: { a: 'failed', next: 'failed', repair: 'skipped', report: 'skipped' },
      tokens: { 'a->next': 'failed', 'a->repair!': 'dead', 'a->report!': 'dead' },
      verdict: 'failed',
    });
  });
});

describe('the outcomes that the edges of a node tell apart', () => {
  it('names every category on an edge, and one that stands for the others', () => {
    expect(outcomesOf(handled)).toEqual([
      { kind: 'done' },
      { kind: 'failed', category: 'tool' },
      { kind: 'failed', category: 'timeout' },
      { kind: 'failed', category: 'internal' },
    ]);
  });

  it('names every choice of a decision, and no choice where there is a default', () => {
    expect(outcomesOf(choiceWithDefault)).toEqual([
      { kind: 'done', choice: 'yes' },
      { kind: 'done', choice: 'no' },
      { kind: 'done' },
      { kind: 'failed', category: 'internal' },
    ]);
  });

  it('names no want of a choice where a decision has no default', () => {
    expect(outcomesOf(choice)).toEqual([
      { kind: 'done', choice: 'yes' },
      { kind: 'done', choice: 'no' },
      { kind: 'failed', category: 'routing' },
      { kind: 'failed', category: 'internal' },
    ]);
  });

  it('is done or failed for a last stage, and done for an end, which takes no time', () => {
    const { graph } = planWorkflow(drawWorkflow({ nodes: { x: end }, edges: 'a -> b\na -> x' }));
    expect(graph.nodes.map((node) => distinctOutcomes(node))).toEqual([
      [{ kind: 'done' }, { kind: 'failed', category: 'internal' }],
      [{ kind: 'done' }, { kind: 'failed', category: 'internal' }],
      [{ kind: 'done' }],
    ]);
  });

  it('has no other failures where edges name every category', () => {
    const named = Object.keys(failureCategories);
    const outcomes = outcomesOf(drawWorkflow({ edges: `a -> b\na -error ${named.join(' ')}-> c` }));
    expect(outcomes).toEqual([{ kind: 'done' }, ...named.map((category) => ({ kind: 'failed', category }))]);
  });
});
