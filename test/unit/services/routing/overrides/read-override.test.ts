import { describe, expect, it } from 'vitest';
import { readOverride, readShortForm, shortForms } from '../../../../../src/services/routing/overrides/index.ts';

const defaults = { id: 'one', severity: 'enforce' } as const;

const problemIn = (value: unknown): string | undefined => {
  const read = readOverride(value, defaults);
  return 'problem' in read ? read.problem : undefined;
};

describe('an override as somebody writes it', () => {
  it('is for the task unless it says more, and what is to be remembered for the project', () => {
    expect(readOverride({ kind: 'model', payload: { model: 'a' } }, defaults)).toEqual({
      spec: { id: 'one', severity: 'enforce', scope: 'task', kind: 'model', payload: { model: 'a' } },
    });
    expect(readOverride({ kind: 'memory', payload: { remember: ' a ' } }, defaults)).toMatchObject({
      spec: { scope: 'project', payload: { remember: 'a' } },
    });
    const own = { id: 'mine', scope: 'global', severity: 'hint', kind: 'mode', payload: { mode: 'x' } };
    expect(readOverride(own, defaults)).toEqual({ spec: own });
  });

  it.each<[unknown]>([
    [null],
    ['model=a'],
    [[]],
    [{}],
    [{ kind: 'unknown', payload: {} }],
    [{ kind: 'model' }],
    [{ kind: 'model', payload: null }],
    [{ kind: 'model', payload: { model: '' } }],
    [{ kind: 'model', payload: { model: 'a', more: 1 } }],
    [{ kind: 'model', payload: { model: 'a' }, more: 1 }],
    [{ kind: 'mode', payload: { mode: 'a' }, target: 'x' }],
    [{ kind: 'model', payload: { model: 'a' }, target: '__proto__' }],
    [{ kind: 'model', payload: { model: 'a' }, scope: 'world' }],
    [{ kind: 'model', payload: { model: 'a' }, id: 'option mode' }],
    [{ kind: 'routing', payload: {} }],
    [{ kind: 'routing', payload: { pipeline: '__proto__' } }],
    [{ kind: 'routing', payload: { avoid: [] } }],
    [{ kind: 'safety', payload: { mode: 'normal' } }],
    [{ kind: 'safety', payload: { skip_checks: ['everything'] } }],
    [{ kind: 'budget', payload: { max_cost_usd: -1 } }],
    [{ kind: 'budget', payload: { max_cost_usd: Number.NaN } }],
    [{ kind: 'budget', payload: { max_cost_usd: Infinity } }],
    [{ kind: 'budget', payload: { max_tokens_total: 1.5 } }],
    [{ kind: 'memory', payload: { remember: '  ' } }],
    [{ kind: 'memory', payload: { remember: 'a'.repeat(20_000) } }],
    [{ kind: 'memory', payload: { remember: 'a', kind: 'override' } }],
    [{ kind: 'memory', payload: { deny: {} } }],
    [{ kind: 'verbosity', payload: { level: 'loud' } }],
    [JSON.parse('{"kind":"model","payload":{"model":"a","__proto__":{"polluted":true}}}')],
    [JSON.parse('{"kind":"model","payload":{"model":"a"},"__proto__":{"polluted":true}}')],
  ])('is refused when it is none: %j', (value) => {
    expect(problemIn(value)).toEqual(expect.any(String));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

it.each<[unknown, string]>([
  [{ kind: 'budget', payload: { max_cost_usd: Number.NaN } }, '"payload.max_cost_usd" must be a number'],
  [{ kind: 'budget', payload: { max_cost_usd: -1 } }, '"payload.max_cost_usd" must be 0 or more'],
  [{ kind: 'budget', payload: { max_tokens_total: 1.5 } }, '"payload.max_tokens_total" must be a whole number'],
  [{ kind: 'budget', payload: { usd: 1 } }, '"payload" has a field that is not known: "usd"'],
  [{ kind: 'verbosity', payload: { level: 'loud' } }, '"payload.level" must be "brief" or "normal" or "detailed"'],
  [{ kind: 'model' }, '"payload" must be an object'],
  [{ kind: 'model', payload: { model: '' } }, '"payload.model" must have a length of 1 or more'],
  [{ kind: 'routing', payload: {} }, '"payload" says nothing: give it at least one field'],
  [{}, '"kind" must be one of "memory", "routing", "safety", "verbosity", "mode", "model", "budget"'],
])('says what is wrong in words of its own: %j', (value, problem) => {
  expect(problemIn(value)).toBe(problem);
});

describe('a short form', () => {
  it.each([
    ['model=small', { kind: 'model', payload: { model: 'small' } }],
    ['model.reviewer=small', { kind: 'model', payload: { model: 'small' }, target: 'reviewer' }],
    ['pipeline=x', { kind: 'routing', payload: { pipeline: 'x' } }],
    ['avoid=a, b,', { kind: 'routing', payload: { avoid: ['a', 'b'] } }],
    ['mode=dry_run', { kind: 'mode', payload: { mode: 'dry_run' } }],
    ['verbosity=brief', { kind: 'verbosity', payload: { level: 'brief' } }],
    ['budget.max_cost_usd=0.1', { kind: 'budget', payload: { max_cost_usd: 0.1 } }],
    ['budget.max_tokens_total=500', { kind: 'budget', payload: { max_tokens_total: 500 } }],
    ['skip_checks=consent', { kind: 'safety', payload: { skip_checks: ['consent'] } }],
    ['remember=a = b', { kind: 'memory', payload: { remember: 'a = b' } }],
    ['remember.global=a', { kind: 'memory', payload: { remember: 'a' }, scope: 'global' }],
    ['profile.writer=none', { kind: 'memory', payload: { profile: 'none' }, target: 'writer' }],
    ['deny.tags=secret', { kind: 'memory', payload: { deny: { tags: ['secret'] } } }],
  ])('is an override: %s', (text, override) => {
    expect(readShortForm(text)).toEqual(override);
    expect(problemIn(readShortForm(text))).toBeUndefined();
    expect(shortForms).toContain(/^\w+/u.exec(text)?.[0]);
  });

  it.each([
    ['model'],
    ['=x'],
    ['model='],
    ['what=x'],
    ['__proto__=x'],
    ['constructor=x'],
    ['pipeline.x=y'],
    ['budget=1'],
    [''],
  ])('is none: %s', (text) => expect(readShortForm(text)).toBeUndefined());

  it.each([['budget.max_cost_usd=much'], ['budget.max_cost=1'], ['verbosity=loud'], ['avoid=,'], ['remember.world=x']])(
    'is refused for what it says: %s',
    (text) => expect(problemIn(readShortForm(text))).toEqual(expect.any(String)),
  );
});
