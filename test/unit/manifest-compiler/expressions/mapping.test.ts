import { describe, expect, it } from 'vitest';
import { compileMapping, type Json } from '../../../../src/manifest-compiler/expressions/index.ts';
import { failureFrom, scope, values } from './support.ts';

function map(value: Json): Json {
  const { mapping, faults } = compileMapping(value, scope);
  expect(faults).toStrictEqual([]);
  return mapping.evaluate(values);
}

describe('mappings', () => {
  it.each<[Json, Json]>([
    ['${{ output.count }}', 1],
    ['${{output.count}}', 1],
    ['${{ input.list }}', [1, 2, 3]],
    [' ${{ output.count }}', ' 1'],
    ['count: ${{ output.count }}, list: ${{ input.list }}', 'count: 1, list: [1,2,3]'],
    ['${{ output.kind }}${{ output.kind }}', 'bugbug'],
    ['null: ${{ null }}', 'null: null'],
    ['plain', 'plain'],
    ['', ''],
    ['{{ liquid }} and ${HOME} and }}', '{{ liquid }} and ${HOME} and }}'],
    ['$${{ output.count }}', '${{ output.count }}'],
    ['$$${{ a }}', '$${{ a }}'],
    ['$${{ a }} ${{ output.count }}', '${{ a }} 1'],
    ['${{ "}}" }}', '}}'],
    ["${{ '}}' + '${{' }}", '}}${{'],
    [String.raw`${'${{'} "\"}}" }}`, '"}}'],
    ['${{ """a"}}"b""" }}', 'a"}}"b'],
    ['${{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
    ['${{{"a": {"b": 1}}}}', { a: { b: 1 } }],
    ['${{ {"a":1}.a }}', 1],
    ["${{ output.count // don't }}", 1],
    ['${{ output.count // a {\n + 1 }}', 2],
    [
      { a: ['${{ output.count }}', { b: 'x' }], c: null, d: 1.5 },
      { a: [1, { b: 'x' }], c: null, d: 1.5 },
    ],
    [[], []],
    [{}, {}],
  ])('%j gives %j', (value, expected) => {
    expect(map(value)).toStrictEqual(expected);
  });

  it('lists the stages of all its expressions', () => {
    const value = { a: '${{ stages.gather.output }}', b: ['x ${{ stages.plan }} ${{ stages.gather }}'] };
    expect(compileMapping(value, scope).mapping.stages).toStrictEqual(['gather', 'plan']);
  });

  it('gives the same frozen value each time when it holds no expression', () => {
    const value = { a: [{ b: '$${{' }], c: 1 };
    const { mapping } = compileMapping(value, scope);
    const result = mapping.evaluate({});
    expect(result).toStrictEqual({ a: [{ b: '${{' }], c: 1 });
    expect(mapping.constant).toBe(true);
    expect(mapping.evaluate({})).toBe(result);
    expect([result, Object.values(result ?? {})].map((part) => Object.isFrozen(part))).toStrictEqual([true, false]);
    expect(() => Reflect.set(value.a, 0, 'changed')).not.toThrow();
    expect(result).toStrictEqual({ a: [{ b: '${{' }], c: 1 });
  });

  it('is not constant when it holds an expression, and gives fresh values', () => {
    const { mapping } = compileMapping({ a: '${{ input.list }}' }, scope);
    expect(mapping.constant).toBe(false);
    expect(mapping.evaluate(values)).not.toBe(mapping.evaluate(values));
  });

  it('keeps a key called "__proto__" a key', () => {
    const constant = { ['__proto__']: { a: 1 } };
    const evaluated = { ['__proto__']: '${{ output.count }}' };
    expect(JSON.stringify(map(constant))).toBe('{"__proto__":{"a":1}}');
    expect(JSON.stringify(map(evaluated))).toBe('{"__proto__":1}');
    expect(Object.getPrototypeOf(map(evaluated))).toBe(Object.prototype);
  });
});

describe('faults of mappings', () => {
  it('reports all of them, each with its path and the offsets in its string', () => {
    const value = {
      a: 'x ${{ outputs.n }}',
      b: ['ok', 'so ${{ 1 + }} and ${{ stages.plam }}'],
      c: 'never ${{ closed',
      d: '${{ }}',
      'e ${{ k }}': 1,
    };
    const { faults } = compileMapping(value, scope);
    expect(faults.map(({ path, fault }) => [path, fault.message, fault.start, fault.end])).toStrictEqual([
      [['a'], '"outputs" is not in scope.', 6, 13],
      [['b', 1], 'Expected a value, got the end of the expression.', 11, 11],
      [['b', 1], 'There is no stage "plam" that an expression here could read.', 29, 33],
      [['c'], 'A "${{" is never closed by "}}".', 6, 16],
      [['d'], 'The expression is empty.', 3, 4],
      [['e ${{ k }}'], 'A key cannot hold an expression.', 2, 10],
    ]);
  });

  it.each(['${{', '${{ "}}', "${{ '}} }}", '${{ {"a": 1}', '${{ {}}', '${{ """ " }}', '${{ a // b'])(
    'finds that %s is never closed',
    (text) => {
      expect(compileMapping(text, scope).faults).toStrictEqual([
        {
          path: [],
          fault: {
            message: 'A "${{" is never closed by "}}".',
            hint: 'Add "}}", check the quotes and braces before it, or write "$${{" to mean the characters.',
            start: 0,
            end: text.length,
          },
        },
      ]);
    },
  );

  it('fails instead of running a part that has a fault', () => {
    const { mapping } = compileMapping({ a: '${{ nope }}' }, scope);
    expect(failureFrom(() => mapping.evaluate(values))?.message).toBe('"nope" is not in scope.');
  });

  it('fails with the expression that failed', () => {
    const { mapping } = compileMapping('n: ${{ output.none }}', scope);
    expect(failureFrom(() => mapping.evaluate(values))?.message).toBe(
      'The expression "output.none" reads "output.none", but the field "none" is not there.',
    );
  });

  it('refuses values that are nested too deeply, and takes a long text apart in one pass', () => {
    const deep = Array.from({ length: 4_000 }).reduce<Json>((inside) => [inside], 1);
    expect(compileMapping(deep, scope).faults.map(({ fault }) => fault.message)).toStrictEqual([
      'The value is nested too deeply.',
    ]);
    expect(map('$${{ {'.repeat(100_000))).toBe('${{ {'.repeat(100_000));
  });

  it('stops a text that grows without bound', () => {
    const { mapping } = compileMapping('${{ input.text }}'.repeat(100), scope);
    const failure = failureFrom(() => mapping.evaluate({ input: { text: 'a'.repeat(1_000_000) } }));
    expect(failure?.message).toBe('A text with expressions in it grew beyond 64000000 characters.');
  });
});
