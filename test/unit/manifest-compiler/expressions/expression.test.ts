import { describe, expect, it } from 'vitest';
import { compileExpression, type Json } from '../../../../src/manifest-compiler/expressions/index.ts';
import { evaluate, failureFrom, scope, values } from './support.ts';

describe('values of expressions', () => {
  it.each<[string, Json]>([
    ['output.score >= 0.8', true],
    ['output.count >= 1', true],
    ['output.count == 1', true],
    ['1 == output.count', true],
    ['output.count != 2', true],
    ['output.count + 1', 2],
    ['1 - output.count', 0],
    ['output.count / 2', 0.5],
    ['input.n % 2 == 1', true],
    ['7 / 2', 3],
    ['size(input.list) == input.n', true],
    ['size(input.text)', 5],
    ['has(output.kind) && !has(output.none)', true],
    ['input.list.exists(x, x == 2)', true],
    ['input.list.all(x, x > 0)', true],
    ['input.list.exists_one(x, x > 2)', true],
    ['input.list.map(x, x * 2)', [2, 4, 6]],
    ['input.list.map(x, x > 1, x * 2)', [4, 6]],
    ['input.items.filter(x, has(x.b))', [{ a: 2, b: null }]],
    ['input.items.exists(x, x.b == null)', true],
    ['input.list.map(x, input.list.filter(y, y < x))', [[], [1], [1, 2]]],
    ['2 in input.list', true],
    ['"kind" in output', true],
    ['output["kind"] in ["bug", "feature"]', true],
    ['input.list + [4]', [1, 2, 3, 4]],
    ['input.list[input.n - 1]', 3],
    ['input.text.contains("ell") && input.text.startsWith("he") && input.text.endsWith("lo")', true],
    ['input.text.substring(output.count, input.n)', 'el'],
    ['input.text.indexOf("l") + input.text.lastIndexOf("l")', 5],
    ['input.text.split("l")', ['he', '', 'o']],
    ['"a,b,c".split(",", 2)', ['a', 'b,c']],
    ['["a", "b"].join("-")', 'a-b'],
    ['"  A ".trim().lowerAscii()', 'a'],
    ['input.text.matches("^h.*o$")', true],
    ['cel.bind(x, output.kind, x + x)', 'bugbug'],
    ['{"a": [1, "b", null], "c": {"d": 1.5}}', { a: [1, 'b', null], c: { d: 1.5 } }],
    ['output.count > 0 ? "many" : "none"', 'many'],
    ['-(1 - 2) * (3 + 4)', 7],
    ['(true || false) && !(1 == 2)', true],
    ['output.none || output.count == 1', true],
    ['-0.0', 0],
    ['1e21', 1e21],
    [String.raw`"it's \"quoted\"\n" + r'\d'`, 'it\'s "quoted"\n\\d'],
  ])('%s', (source, value) => {
    expect(evaluate(source)).toStrictEqual(value);
  });

  it.each<[string, Json]>([
    ['size(input.list)', 3],
    ['5u', 5],
    ['timestamp("2024-01-01T00:00:00Z")', '2024-01-01T00:00:00.000Z'],
    ['timestamp("2024-01-01T00:01:00Z") - timestamp("2024-01-01T00:00:00Z")', '60s'],
    ['duration("-1.5s")', '-1.5s'],
    ['string(b"abc")', 'abc'],
    [String.raw`bytes("{\"a\": [1]}").json().a`, [1]],
    [String.raw`b"{\"a\": 1}".json()`, { a: 1 }],
    ['[1, 2.5, 3u]', [1, 2.5, 3]],
  ])('turns what JSON does not know into JSON: %s', (source, value) => {
    expect(evaluate(source)).toStrictEqual(value);
  });

  it.each([
    ['9007199254740993', 'The expression "9007199254740993" gives an integer that JSON cannot hold exactly.'],
    ['b"abc"', 'The expression "b"abc"" gives bytes.'],
    ['1.0 / 0.0', 'The expression "1.0 / 0.0" gives a number that is not finite.'],
    ['type(1)', 'The expression "type(1)" gives something that is no JSON value.'],
    ['[type(1)]', 'The expression "[type(1)]" gives something that is no JSON value.'],
  ])('fails when JSON cannot hold the result: %s', (source, message) => {
    expect(failureFrom(() => evaluate(source))?.message).toBe(message);
  });

  it('says so when json() is given something else', () => {
    expect(failureFrom(() => evaluate('bytes("no").json()'))?.message).toBe('json() was given bytes that are no JSON.');
  });

  it('copies its result, so that neither side sees the other one change', () => {
    const given = { output: { list: [{ a: 1 }] } };
    const result = evaluate('output.list', given);
    expect(result).toStrictEqual([{ a: 1 }]);
    expect(result).not.toBe(given.output.list);
  });

  it('works on frozen values and on objects without a prototype', () => {
    const output = Object.freeze({ __proto__: null, a: Object.freeze([1]) });
    expect(evaluate('output.a.map(x, x + 1)', { output })).toStrictEqual([2]);
  });

  it('lists the stages it names, each once', () => {
    const source =
      'has(stages.gather) && stages["review-code"].output.ok && "plan" in stages && stages.gather.output.ok';
    const result = compileExpression(source, scope);
    expect(result.ok && result.expression.stages).toStrictEqual(['gather', 'review-code', 'plan']);
  });

  it('asks whether a stage has run', () => {
    expect(evaluate('[has(stages.gather), has(stages.plan), "review-code" in stages]')).toStrictEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('fields that are not there', () => {
  it('fails with the expression, the field and a way out', () => {
    expect(failureFrom(() => evaluate('output.kinds == "bug"'))).toStrictEqual({
      code: 'config.expression',
      message: 'The expression "output.kinds == "bug"" reads "output.kinds", but the field "kinds" is not there.',
      hint: 'Ask has(output.kinds) first, or give the field a value.',
      details: { expression: 'output.kinds == "bug"' },
    });
  });

  it('says when a stage has no result', () => {
    expect(failureFrom(() => evaluate('stages.plan.output'))?.message).toBe(
      'The expression "stages.plan.output" reads the stage "plan", which has no result.',
    );
    expect(failureFrom(() => evaluate('stages["review-code"]', { stages: {} }))?.hint).toBe(
      'Ask "review-code" in stages first: a stage runs only when its branch is taken.',
    );
  });

  it('says when a variable has no value', () => {
    expect(failureFrom(() => evaluate('output.a', {}))?.message).toBe(
      'The expression "output.a" reads "output", which has no value here.',
    );
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'length'])(
    'does not find an inherited "%s"',
    (name) => {
      expect(failureFrom(() => evaluate(`output.${name}`))?.message).toContain(`the field "${name}" is not there`);
      expect(failureFrom(() => evaluate(`output["${name}"]`))?.message).toContain(`the field "${name}" is not there`);
      expect(failureFrom(() => evaluate(`input.list.${name}`))?.message).toContain(`the field "${name}" is not there`);
      expect(failureFrom(() => evaluate(`input.text.${name}`))?.message).toContain(`the field "${name}" is not there`);
      expect(evaluate(`has(output.${name}) || "${name}" in output`)).toBe(false);
    },
  );

  it('reads data whose own field is called "constructor" or "__proto__"', () => {
    const output: unknown = JSON.parse('{"constructor": {"name": "x"}, "__proto__": {"a": 1}, "n": [1]}');
    expect(evaluate('output.constructor.name', { output })).toBe('x');
    expect(evaluate('output.n.map(x, x + 1)', { output })).toStrictEqual([2]);
    expect(JSON.stringify(evaluate('output', { output }))).toBe(JSON.stringify(output));
    expect(evaluate('output["__proto__"].a', { output })).toBe(1);
  });
});

describe('failures of values', () => {
  it.each([
    ['output.kind > 1', 'failed: No such overload: string > int.'],
    ['output.kind && true', 'failed: Logical operator requires bool operands, got "string".'],
    ['1 / 0', 'failed: Division by zero.'],
    ['input.list[7]', 'reads an item that is not in the list.'],
    ['int(output.kind)', 'was given a value that it cannot convert.'],
    ['9223372036854775807 + 1', 'gives an integer that is too large.'],
    ['input.text.substring(9)', 'failed: String.substring(start, end): start index out of range.'],
    ['input.text.indexOf("l", 9)', 'failed: The start lies outside the text.'],
    [
      'input.n.exists(x, x == 1)',
      'failed: Expression of type "number" cannot be range of a comprehension (must be list, map, or dynamic).',
    ],
  ])('%s', (source, message) => {
    expect(failureFrom(() => evaluate(source))?.message).toBe(`The expression "${source}" ${message}`);
  });

  it('never shows the values, which may be secrets', () => {
    const output = { key: 'sk-secret' };
    for (const source of [
      'int(output.key)',
      'bool(output.key)',
      'timestamp(output.key)',
      'output.key + 1',
      '"a".matches(output.key + "(")',
    ]) {
      expect(failureFrom(() => evaluate(source, { output }))?.message).not.toContain('secret');
    }
  });

  it('leaves the values as they were', () => {
    const before = structuredClone(values);
    evaluate('[input.list.map(x, x + 1), input.items.filter(x, x.a == 1), output]');
    expect(values).toStrictEqual(before);
  });
});
