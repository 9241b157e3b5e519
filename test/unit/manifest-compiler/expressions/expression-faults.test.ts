import { describe, expect, it } from 'vitest';
import type { ExpressionFault } from '../../../../src/manifest-compiler/expressions/index.ts';
import { faultOf, scope } from './support.ts';

describe('faults of expressions', () => {
  it.each<[string, ExpressionFault]>([
    [
      'stages.gathr.output',
      {
        message: 'There is no stage "gathr" that an expression here could read.',
        hint: 'Did you mean "gather"?',
        start: 7,
        end: 12,
      },
    ],
    [
      'true && stages["nothing"].output',
      {
        message: 'There is no stage "nothing" that an expression here could read.',
        hint: 'Use one of "gather", "review-code" and "plan".',
        start: 15,
        end: 24,
      },
    ],
    [
      'stages.review-code.output',
      {
        message: 'There is no stage "review" that an expression here could read.',
        hint: 'Write stages["review-code"]: "-" means minus otherwise.',
        start: 7,
        end: 13,
      },
    ],
    [
      'stages[output.kind]',
      {
        message: 'A stage must be named where "stages" is used, so that it can be checked.',
        hint: 'Write stages.name or stages["name"]; ask has(stages.name) or "name" in stages whether it has run.',
        start: 0,
        end: 6,
      },
    ],
    [
      '1 == outputs.n',
      {
        message: '"outputs" is not in scope.',
        hint: 'Did you mean "output"? Use what is in scope: "task", "input", "stages" and "output".',
        start: 5,
        end: 12,
      },
    ],
    [
      'item.id',
      {
        message: '"item" has no value at this place.',
        hint: 'Use what is in scope: "task", "input", "stages" and "output".',
        start: 0,
        end: 4,
      },
    ],
    [
      'gather.output',
      {
        message: '"gather" is not in scope.',
        hint: 'Write stages.gather.output to read the output of that stage.',
        start: 0,
        end: 6,
      },
    ],
    ['output.a = 1', { message: 'Unexpected "=".', hint: 'Use "==" to compare.', start: 9, end: 10 }],
    ['output.a =< 1', { message: 'Unexpected "=".', hint: 'Write "<=".', start: 9, end: 10 }],
    ['output.a => 1', { message: 'Unexpected "=".', hint: 'Write ">=".', start: 9, end: 10 }],
    ['output.a and true', { message: 'Unexpected "and".', hint: 'Write "&&".', start: 9, end: 12 }],
    ['(1', { message: 'Expected ")", got the end of the expression.', start: 2, end: 2 }],
    ['1 +', { message: 'Expected a value, got the end of the expression.', start: 3, end: 3 }],
    ['"abc', { message: 'Unterminated string.', start: 0, end: 4 }],
    ['sizee(input)', { message: 'There is no function "sizee".', hint: 'Did you mean "size"?', start: 0, end: 12 }],
    ['__shallow(input)', { message: 'There is no function "__shallow".', start: 0, end: 16 }],
    ['"a" + 1', { message: 'No such overload: string + int.', start: 0, end: 7 }],
    [
      'true ? 1 : "a"',
      {
        message: 'Ternary branches must have the same type, got "int" and "string".',
        hint: 'Put dyn(…) around one of the branches.',
        start: 0,
        end: 14,
      },
    ],
    ['has(output)', { message: 'has() takes a field.', hint: 'Write has(a.b).', start: 4, end: 10 }],
    [
      'input.list.map(output, 1)',
      {
        message: '"output" is in scope already and cannot be a loop variable.',
        hint: 'Take another name, such as "x".',
        start: 15,
        end: 21,
      },
    ],
    [
      'input.list.map(1, 1)',
      { message: 'The loop variable is not a name.', hint: 'Write list.map(x, x.name).', start: 15, end: 16 },
    ],
    ['{"constructor": 1}', { message: '"constructor" cannot be a key of a map.', start: 1, end: 14 }],
    ['output.__proto__', { message: 'There is no field "__proto__".', start: 7, end: 16 }],
    [
      String.raw`input.text.matches("(a)\\1")`,
      {
        message: 'The pattern cannot be used. It refers back to a group, which takes unbounded time.',
        hint: 'Write the text out again.',
        start: 19,
        end: 27,
      },
    ],
    ['  ', { message: 'The expression is empty.', hint: 'Write a CEL expression.', start: 0, end: 2 }],
  ])('%s', (source, fault) => {
    expect(faultOf(source)).toStrictEqual(fault);
  });

  it('does not offer stages where there are none', () => {
    expect(faultOf('stages.a', { ...scope, stages: [] })).toStrictEqual({
      message: 'There is no stage "a" that an expression here could read.',
      start: 7,
      end: 8,
    });
  });

  it('takes a name as unknown that only another place has in scope', () => {
    expect(faultOf('stages.gather', { variables: ['input'], stages: ['gather'] })?.message).toBe(
      '"stages" has no value at this place.',
    );
    expect(faultOf('output.a', { variables: ['output'], stages: [] })).toBeUndefined();
  });
});
