import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentsFor, meter } from '../../../../src/manifest-compiler/expressions/cel-environment.ts';
import { meteredSource } from '../../../../src/manifest-compiler/expressions/cel-printer.ts';

const { written, metered } = environmentsFor(['input']);
const input = { n: 2, list: [1, 2, 3], text: 'abca', map: { a: 1, b: { c: [true, null] } } };

/** The value, or that there is none: messages differ, since the types are not known in what is printed. */
function attempt(evaluate: (values: object) => unknown): unknown {
  try {
    return evaluate({ input });
  } catch {
    return 'failed';
  }
}

describe('metered expressions', () => {
  it.each([
    ['input.n >= 2 && input.text == "x"', '(input.n >= 2) && (input.text == "x")'],
    ['input.list == input.map', '__deep(input.list) == __shallow(input.map)'],
    ['(input.text) + (input.text)', '__shallow(input.text) + __shallow(input.text)'],
    ['input.list.all(x, x > 1)', '__range(input.list, 4).all(x, x > 1)'],
    ['input.text.contains("a")', '__shallow(input.text).__contains("a")'],
    ['has(input.map.a)', 'has(input.map.a)'],
  ])('%s is run as %s', (source, printed) => {
    expect(meteredSource(written.parse(source).ast)).toBe(printed);
  });

  it('mean what was written', () => {
    const leaf = fc.constantFrom(
      'input.n',
      'input.list',
      'input.text',
      'input.map',
      '1',
      '2.0',
      '1e3',
      '3u',
      '"a\\n\\"b"',
      "r'\\d'",
      'b"a\\x00"',
      'true',
      'null',
      '[]',
      '{}',
      'duration("1s")',
    );
    const { tree } = fc.letrec<{ tree: string }>((tie) => {
      const part = tie('tree');
      const pair = fc.tuple(part, part);
      const operator = fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '>=', 'in', '&&', '||');
      return {
        tree: fc.oneof(
          { maxDepth: 4, withCrossShrink: true },
          leaf,
          fc.tuple(part, operator, part).map(([left, sign, right]) => `(${left}) ${sign} (${right})`),
          fc.tuple(part, operator, part).map(([left, sign, right]) => `${left} ${sign} ${right}`),
          part.map((inside) => `-(${inside})`),
          part.map((inside) => `!(${inside})`),
          part.map((inside) => `size(${inside})`),
          part.map((inside) => `(${inside}).size()`),
          pair.map(([left, right]) => `[${left}, ${right}]`),
          pair.map(([left, right]) => `{"k": ${left}, "a": ${right}}.a`),
          pair.map(([left, right]) => `(${left})[${right}]`),
          pair.map(([left, right]) => `input.list.map(x, ${left} == x ? dyn(${right}) : dyn(x))`),
          pair.map(([left, right]) => `input.list.exists(x, (${left}) == x || (${right}) == x)`),
          pair.map(([left, right]) => `cel.bind(y, ${left}, [y, ${right}])`),
          pair.map(([left, right]) => `string(${left}).contains(string(${right}))`),
          pair.map(([left, right]) => `string(${left}).split(string(${right}))`),
        ),
      };
    });
    fc.assert(
      fc.property(tree, (source) => {
        const parsed = written.parse(source);
        fc.pre(parsed.check().valid);
        meter.reset();
        const printed = meteredSource(parsed.ast);
        expect([source, attempt(metered.parse(printed))]).toStrictEqual([source, attempt(parsed)]);
      }),
      { numRuns: 1_000 },
    );
  });
});
