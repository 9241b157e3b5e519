import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../../src/errors/index.ts';
import {
  compileExpression,
  compileMapping,
  compilePrompt,
} from '../../../../src/manifest-compiler/expressions/index.ts';
import { scope } from './support.ts';

/** Runs the work and gives whether it threw, if at all, an error that carries a failure. */
function failsProperly(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    return failureOf(error)?.code === 'config.expression';
  }
}

const word = fc.constantFrom(
  'output',
  'input.list',
  'input',
  'stages.gather',
  'x',
  '1',
  '-1',
  '2.5',
  '5u',
  '"a"',
  "r'b'",
  'b"c"',
  'null',
  'true',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  ',',
  ':',
  '?',
  '.',
  ' + ',
  ' - ',
  ' * ',
  ' / ',
  ' % ',
  ' == ',
  ' < ',
  ' in ',
  '!',
  ' && ',
  ' || ',
  '.map(x, ',
  '.filter(x, ',
  '.exists(x, ',
  'size(',
  'has(',
  '.matches("a*")',
  '.a',
  '["__proto__"]',
  '.constructor',
  'dyn(',
  'timestamp(',
  'duration("1s")',
  'int(',
  'double(',
  'string(',
  'type(',
  '.size()',
  '.split(',
  '.join()',
  'cel.bind(x, ',
);
const source = fc.oneof(
  fc.string(),
  fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
);
const data = fc.record(
  { output: fc.jsonValue(), input: fc.jsonValue(), stages: fc.jsonValue() },
  { requiredKeys: [], noNullPrototype: true },
);

describe('hostile input', () => {
  it('gives JSON, a fault inside the text or a failure for any expression and any data', () => {
    fc.assert(
      fc.property(source, data, (text, values) => {
        const before = JSON.stringify(values);
        const result = compileExpression(text, scope);
        if (!result.ok) {
          const { start, end } = result.fault;
          return start >= 0 && start <= end && end <= text.length;
        }
        const proper = failsProperly(() => {
          const value = result.expression.evaluate(values);
          expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value);
        });
        expect(JSON.stringify(values)).toBe(before);
        return proper;
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives JSON, faults with paths or a failure for any mapping and any data', () => {
    fc.assert(
      fc.property(source, data, (text, values) => {
        const { mapping, faults } = compileMapping({ a: ['${{' + text + '}}', text] }, scope);
        expect(faults.map(({ path }) => path[0]).filter((name) => name !== 'a')).toStrictEqual([]);
        return failsProperly(() => mapping.evaluate(values));
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives a text, a fault inside the template or a failure for any prompt and any data', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      ' output ',
      ' input.a ',
      ' if ',
      ' endif ',
      ' for x in ',
      ' endfor ',
      ' assign y = ',
      'x',
      ' | upcase',
      ' | join',
      ' | sort',
      ' | where: "a"',
      ' | json',
      ' | date: "%Y"',
      ' | split: ""',
      ' | map: "constructor"',
      '(1..3)',
      ' "a"',
      ' 1',
      '[0]',
      '.size',
      ' contains ',
      ' == ',
      ' liquid ',
      ' echo ',
      '-',
      ' case ',
      ' when ',
      '\n',
    );
    const template = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(template, data, (text, values) => {
        const before = JSON.stringify(values);
        const result = compilePrompt(text);
        if (!result.ok) return result.fault.start >= 0 && result.fault.end <= text.length;
        const proper = failsProperly(() => result.prompt.render(values));
        expect(JSON.stringify(values)).toBe(before);
        return proper;
      }),
      { numRuns: 2_000 },
    );
  });
});
