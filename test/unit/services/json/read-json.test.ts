import { expect, it } from 'vitest';
import { failureOf, type Failure } from '../../../../src/errors/index.ts';
import { createSchemaValidator } from '../../../../src/services/json/index.ts';

const answer = {
  type: 'object',
  properties: { title: { type: 'string' }, tags: { type: 'array' } },
  required: ['title'],
};
const validator = createSchemaValidator({ Answer: answer });

function failureFor(raw: string, schema: object | string = 'Answer'): Failure | undefined {
  try {
    validator.readJson(raw, typeof schema === 'string' ? schema : { ...answer, ...schema });
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}

it.each([
  ['bare JSON', '{"title":"a"}'],
  ['white space around it', ' \n\t{"title":"a"}\r\n '],
  ['a byte-order mark', '\uFEFF{"title":"a"}'],
  ['a fence', '```\n{"title":"a"}\n```'],
  ['a fence with a language', '```json\n{"title":"a"}\n```\n'],
  ['a fence on one line', '```json {"title":"a"} ```'],
  ['a fence that is not closed', '```json\n{"title":"a"}'],
])('reads %s', (_what, raw) => {
  expect(validator.readJson(raw, 'Answer')).toEqual({ value: { title: 'a' } });
});

it('leaves a fence inside a string alone', () => {
  const value = { title: '```json\n{}\n```' };
  expect(validator.readJson(`\`\`\`\n${JSON.stringify(value)}\n\`\`\``, 'Answer')).toEqual({ value });
});

it.each([
  ['{"title": "a"', 'line 1, column 14, the text ends where "," or a closing bracket is expected'],
  ['{"title": "a', 'line 1, column 11, a string begins that is never closed'],
  ['{\n  "title": }', 'line 2, column 12, a value is expected'],
  ["{'title': 1}", 'line 1, column 2, a key in double quotes or "}" is expected'],
  ['{"title": "a",}', 'line 1, column 15, a key in double quotes is expected'],
  ['{"title" "a"}', 'line 1, column 10, ":" is expected'],
  ['{"title": "a"} {}', 'line 1, column 16, more text follows after the end of the JSON'],
  ['{"title": "C:\\x"}', 'line 1, column 14, a backslash stands before a character that takes none; write "\\\\"'],
  ['{"title": 01}', 'line 1, column 11, a value is expected'],
  ['[1, 2}', 'line 1, column 6, "," or a closing bracket is expected'],
  ['Here it is: {"title": "a"}', 'line 1, column 1, a value is expected'],
])('names the place where %j stops being JSON', (raw, place) => {
  const { code, message } = failureFor(raw) ?? {};
  expect({ code, message }).toEqual({ code: 'json.syntax', message: `The answer is not valid JSON: at ${place}.` });
});

it('calls a part that does not fit minor, with what stands there', () => {
  expect(failureFor('{"title": 3, "tags": "x"}')).toEqual({
    code: 'json.schema_minor',
    message: 'The answer does not fit its schema (and 1 more). "/title" must be a string.',
    details: {
      findings: [
        { path: '/title', rule: 'type', message: '"/title" must be a string.', value: 3 },
        { path: '/tags', rule: 'type', message: '"/tags" must be a list.', value: 'x' },
      ],
    },
  });
});

it.each([
  ['nothing', ' \n '],
  ['prose', 'I am sorry, I cannot do that.'],
  ['another kind of value', '[]'],
  ['an object of other fields', '{"name": "a"}'],
  ['an empty object', '{}'],
  ['the schema itself', '{"type":"object","properties":{"title":{"type":"string"}}}'],
  ['a field that hides in the prototype', '{"__proto__": {"title": "a"}}'],
  ['endless brackets', '['.repeat(20_000) + ']'.repeat(20_000)],
])('calls %s major', (_what, raw) => {
  expect(failureFor(raw)?.code).toBe('json.schema_major');
});

it('refuses numbers that cannot be held', () => {
  expect(failureFor('{"title": "a", "n": 1e400}')?.code).toBe('json.syntax');
  expect(failureFor('{"title": "a", "n": 9007199254740993}', { properties: { n: { type: 'integer' } } })?.code).toBe(
    'json.schema_minor',
  );
});

it('pollutes no prototype', () => {
  const { value } = validator.readJson('{"title":"a","__proto__":{"polluted":true},"constructor":{}}', 'Answer');
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect('polluted' in {}).toBe(false);
});

it('reads megabytes of hostile text without a crash', () => {
  const lists = '['.repeat(2_500_000);
  const quotes = '"'.repeat(5_000_000);
  const equal = `{"title":"a","tags":[${'{},'.repeat(500_000)}{}]}`;
  expect(failureFor(lists)?.code).toBe('json.syntax');
  expect(failureFor(quotes)?.code).toBe('json.syntax');
  expect(
    failureFor(equal, { properties: { ...answer.properties, tags: { type: 'array', uniqueItems: true } } })?.code,
  ).toBe('json.schema_minor');
});
