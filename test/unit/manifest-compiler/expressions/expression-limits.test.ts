import { describe, expect, it } from 'vitest';
import { evaluate, failureFrom, faultOf } from './support.ts';

const stopped = 'An expression was stopped after 10,000,000 steps.';
const numbers = Array.from({ length: 10_000 }, (_, index) => index);

describe('hostile sources', () => {
  it.each([
    ['1 MB of text', 'a'.repeat(1_000_000), 'The expression has 1000000 characters where 10000 are allowed.'],
    ['nested parentheses', `${'('.repeat(4_000)}1${')'.repeat(4_000)}`, 'The expression is too complex.'],
    ['10,000 open parentheses', '('.repeat(10_000), 'The expression is too complex.'],
    ['nested lists', `${'['.repeat(4_000)}${']'.repeat(4_000)}`, 'The expression is too complex.'],
    ['a tower of negations', `${'!'.repeat(9_900)}true`, 'The expression is too complex.'],
    ['a tower of minus signs', `${'-'.repeat(1_000)}1`, 'The expression is nested too deeply.'],
    ['a long sum', `1${'+1'.repeat(900)}`, 'The expression is nested too deeply.'],
    ['a longer sum', `1${'+1'.repeat(4_900)}`, 'The expression is too complex.'],
    ['a long chain of fields', `output${'.a'.repeat(3_000)}`, 'The expression is too complex.'],
    ['a long list', `[${'1,'.repeat(3_000)}]`, 'The expression is too complex.'],
  ])('refuses %s', (_name, source, message) => {
    expect(faultOf(source)?.message).toBe(message);
  });

  it('takes what is just inside the limits', () => {
    expect(evaluate(`${'('.repeat(90)}1${')'.repeat(90)}`)).toBe(1);
    expect(evaluate(`1${'+1'.repeat(90)}`)).toBe(91);
    expect(evaluate(`${'-(('.repeat(30)}1${'))'.repeat(30)}`)).toBe(1);
  });
});

describe('bounded work', () => {
  const input = { list: numbers, text: 'a'.repeat(1_000_000) };

  it.each([
    ['loops inside loops', 'input.list.all(x, input.list.all(y, x >= 0))'],
    ['a loop in the condition of a loop', 'input.list.filter(x, input.list.filter(y, y == x).size() == 1)'],
    ['membership in a loop', 'input.list.filter(x, [x] in input.list)'],
    ['equality in a loop', 'input.list.filter(x, input.list == input.list)'],
    ['growing lists', 'input.list.map(x, input.list + [x])'],
    ['searching a text in a loop', 'input.list.exists(x, input.text.contains("b"))'],
    ['searching a long text for a long one', 'input.text.contains(input.text.substring(500000) + "b")'],
    ['patterns on a long text', 'input.list.exists(x, input.text.matches("(a*)*b"))'],
    ['counting characters in a loop', 'input.list.exists(x, size(input.text) == 0)'],
    ['flattening texts in a loop', 'input.list.exists(x, (input.text + "b") < "a")'],
    ['an error that || swallows', 'input.list.all(x, input.list.all(y, x >= 0)) || true'],
    ['an error that exists swallows', 'input.list.exists(x, x == 9999 || input.list.exists(y, y < 0))'],
    ['parentheses around an operand', 'input.list.exists(x, (input.list) + (input.list) == [])'],
  ])('stops %s', (_name, source) => {
    expect(failureFrom(() => evaluate(source, { input }))?.message).toBe(stopped);
  });

  it('stops nine loops inside each other that swallow the errors of their bodies', () => {
    const list = `[${'0,'.repeat(90)}]`;
    const source = Array.from({ length: 9 }).reduce<string>(
      (body, _, index) => `${list}.exists(x${index}, ${body})`,
      'false',
    );
    expect(failureFrom(() => evaluate(source))?.message).toBe(stopped);
  });

  it('stops a text that doubles', () => {
    const body = Array.from({ length: 30 }).reduce<string>((inside) => `cel.bind(x, x + x, ${inside})`, 'x');
    expect(failureFrom(() => evaluate(`cel.bind(x, "abcdefgh", ${body})`))?.message).toBe(stopped);
  });

  it('stops a result that doubles by sharing', () => {
    const source = `[1]${'.map(a, [a, a])'.repeat(40)}`;
    expect(failureFrom(() => evaluate(source))?.message).toContain('gives more than 2000000 values.');
  });

  it('refuses a duration that is long enough to take long', () => {
    const failure = failureFrom(() => evaluate('duration(input.text)', { input: { text: '1'.repeat(100_000) } }));
    expect(failure?.message).toBe('A duration of 100000 characters was given where 100 are allowed.');
  });

  it('begins each evaluation with all its steps', () => {
    const source = 'input.list.exists(x, input.list.size() < 0)';
    for (let round = 0; round < 100; round += 1) expect(evaluate(source, { input })).toBe(false);
  });

  it('lets ordinary work on large lists through', () => {
    expect(evaluate('input.list.filter(x, x % 1000 == 0).map(x, x / 1000)', { input })).toStrictEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(evaluate('input.list.filter(x, x in [1, 2]).all(x, input.list.exists(y, x == y))', { input })).toBe(true);
  });

  it('fails on data that is nested too deeply, and on data that contains itself', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`);
    expect(failureFrom(() => evaluate('output', { output: deep }))?.message).toContain(
      'values nested deeper than 500 levels',
    );
    const ring: Record<string, unknown> = {};
    ring['self'] = ring;
    expect(failureFrom(() => evaluate('output', { output: ring }))?.code).toBe('config.expression');
    expect(failureFrom(() => evaluate('output == output.self', { output: ring }))?.code).toBe('config.expression');
  });
});
