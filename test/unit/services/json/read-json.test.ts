import { expect, it } from 'vitest';
import { failureOf, type Failure } from '../../../../src/errors/index.ts';
import { createSchemaValidator, type ReadOptions } from '../../../../src/services/json/index.ts';

const answer = {
  type: 'object',
  properties: { title: { type: 'string' }, tags: { type: 'array' } },
  required: ['title'],
};
const validator = createSchemaValidator({ Answer: answer, Step: { $ref: 'Answer' } });

function failureFor(raw: string, schema: object | string = 'Answer', options?: ReadOptions): Failure | undefined {
  try {
    validator.readJson(raw, typeof schema === 'string' ? schema : { ...answer, ...schema }, options);
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
  ['prose before it', 'Here it is: {"title": "a"}'],
  ['other quotes and a comma too many', "{'title': 'a',}"],
])('reads %s', (_what, raw) => {
  expect(validator.readJson(raw, 'Answer').value).toEqual({ title: 'a' });
});

it('tells how a text was read, by a name or an inline schema that refers to names', () => {
  const untouched = { category: 'none', tier: 0, lossless: true, actions: [], unlisted: 0 };
  expect(validator.readJson('{"title":"a"}', 'Step')).toEqual({ value: { title: 'a' }, repair: untouched });
  expect(validator.judge('{"step":{"title":"a",}}', { properties: { step: { $ref: 'Answer' } } })).toEqual({
    value: { step: { title: 'a' } },
    repair: {
      category: 'syntax',
      tier: 1,
      lossless: true,
      actions: [{ kind: 'surplus_comma', path: '/step', lossless: true, offset: 21 }],
      unlisted: 0,
    },
  });
});

it('leaves a fence inside a string alone', () => {
  const value = { title: '```json\n{}\n```' };
  expect(validator.readJson(`\`\`\`\n${JSON.stringify(value)}\n\`\`\``, 'Answer').value).toEqual(value);
});

it.each([
  ['{"title": "a', 'line 1, column 12, the text ends inside of a value, so that the value is unknown', '/title'],
  ['{"tags": [\n  {"n": }', 'line 2, column 9, a value is missing', '/tags/0/n'],
  ['{"title": "a", ...}', 'line 1, column 16, something was left out on purpose', ''],
])('names the place where %j cannot be read', (raw, place, path) => {
  const message = `The answer cannot be read safely: at ${place}.`;
  const { code, details } = failureFor(raw) ?? {};
  expect([code, details]).toMatchObject(['json.syntax', { category: 'syntax', findings: [{ path, message }] }]);
});

it('takes nothing for complete that the provider cut, even where only closers are missing', () => {
  expect(validator.judge('{"title":"a"', 'Answer')).toMatchObject({ value: { title: 'a' } });
  expect(validator.judge('{"title":"a"', 'Answer', { isCutOff: true })).toMatchObject({
    category: 'syntax',
    findings: [{ rule: 'cut' }],
  });
  expect(failureFor('{"title":"a"', 'Answer', { isCutOff: true })?.code).toBe('json.syntax');
});

it.each(['3', '-1.5', 'true', '{"a":1}', '[1,2]', '```json\n{"a":1}\n```'])(
  'takes nothing for whole that the token limit cut, however whole it looks: %s',
  (text) => {
    expect(validator.judge(text, true, { isCutOff: true })).toMatchObject({
      category: 'syntax',
      findings: [{ rule: 'cut' }],
    });
  },
);

it('calls a part that does not fit minor, with what stands there', () => {
  expect(failureFor('{"title": true, "tags": null}', { required: ['title', 'tags'] })).toEqual({
    code: 'json.schema_minor',
    message: 'The answer does not fit its schema (and 1 more). "/title" must be a string.',
    hint: 'Ask for the JSON once more and name what does not fit.',
    details: {
      category: 'minor',
      findings: [
        { path: '/title', rule: 'type', message: '"/title" must be a string.', value: true },
        { path: '/tags', rule: 'type', message: '"/tags" must be a list.', value: null },
      ],
    },
  });
});

it('gives findings and repairs that are small enough for a journal', () => {
  const long = 'x'.repeat(100_000);
  const wrong = { title: 'a', tags: Array.from({ length: 50 }, (_, index) => [index, long]), note: long };
  const schema = {
    properties: { tags: { items: { type: 'string' } }, note: { type: 'string', maxLength: 5 } },
    type: 'object',
  };
  const refused = validator.judge(JSON.stringify(wrong), schema);
  expect('findings' in refused && [refused.findings.length, JSON.stringify(refused).length < 5_000]).toEqual([
    20,
    true,
  ]);
  expect('findings' in refused && refused.findings.slice(0, 2)).toEqual([
    { path: '/tags/0', rule: 'type', message: '"/tags/0" must be a string.', value: 'a list of 2 items' },
    { path: '/tags/1', rule: 'type', message: '"/tags/1" must be a string.', value: 'a list of 2 items' },
  ]);
  expect(validator.judge(JSON.stringify({ note: long, tags: [] }), schema)).toMatchObject({
    findings: [{ path: '/note', rule: 'maxLength', value: `${'x'.repeat(119)}…` }],
  });
  const numbers = { type: 'array', items: { type: 'integer' } };
  const { repair } = validator.readJson(
    JSON.stringify(Array.from({ length: 1_000 }, (_, index) => String(index))),
    numbers,
  );
  expect([repair.actions.length, repair.unlisted, repair.lossless]).toEqual([50, 950, true]);
});

it.each([
  ['nothing', ' \n ', 'The answer is empty.'],
  ['prose', 'I am sorry, I cannot do that.', 'The answer is prose, not JSON.'],
  ['another kind of value', '[]', 'The answer is not the document that was asked for. The value must be an object.'],
  [
    'an object of other fields',
    '{"name": "a", "age": 3}',
    'The answer is not the document that was asked for. "/title" is missing.',
  ],
  ['an empty object', '{}', 'The answer is not the document that was asked for. "/title" is missing.'],
  [
    'a field that hides in the prototype',
    '{"__proto__": {"title": "a"}}',
    'The answer is not the document that was asked for. "/title" is missing.',
  ],
])('calls %s major', (_what, raw, message) => {
  const { code, message: found } = failureFor(raw) ?? {};
  expect([code, found]).toEqual(['json.schema_major', message]);
});

it('shows the beginning of prose, so that a person sees what the model said instead', () => {
  expect(validator.judge('I am sorry, I cannot do that.', 'Answer')).toEqual({
    category: 'major',
    message: 'The answer is prose, not JSON.',
    findings: [
      { path: '', rule: 'no_json', message: 'The answer is prose, not JSON.', value: 'I am sorry, I cannot do that.' },
    ],
  });
});

it('fails for a schema that does not exist', () => {
  expect(failureFor('{}', 'Anser')).toEqual({
    code: 'config.invalid',
    message: 'Schema "Anser" cannot be used. There is no schema named "Anser"; did you mean "Answer"?',
  });
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
  expect([failureFor(lists)?.code, failureFor(quotes)?.code]).toEqual(['json.schema_major', 'json.schema_major']);
  expect(
    failureFor(equal, { properties: { ...answer.properties, tags: { type: 'array', uniqueItems: true } } })?.code,
  ).toBe('json.schema_minor');
});

it('never overlooks a loss behind very many repairs that lost nothing', () => {
  const quoted = Array.from({ length: 700 }, () => "'a'").join(',');
  const cut = validator.readJson(`{'title':'a','tags':[${quoted}]`, 'Answer').repair;
  expect([cut.lossless, cut.actions.length, cut.unlisted]).toEqual([false, 51, 653]);
  expect(cut.actions.at(-1)).toMatchObject({ kind: 'missing_closers', path: '', lossless: false });
  expect(validator.readJson(`{'title':'a','tags':[${quoted}]}`, 'Answer').repair.lossless).toBe(true);
});

it('names the place of each repair: the member of a key, the container of a comma', () => {
  const { repair } = validator.readJson("{tags: ['a',, {\"b/c\": 'd'}] 'title' = 'x',}", 'Answer');
  expect(repair.actions.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'bare_key /tags',
    'quotes /tags/0',
    'surplus_comma /tags',
    'quotes /tags/1/b~1c',
    'missing_comma ',
    'quotes /title',
    'colon /title',
    'quotes /title',
    'surplus_comma ',
  ]);
});

it.each([
  ['I think {"title":"draft"}\n</think>\n{"title":"a"}'],
  ['First {"title":"dr\n</think>\n{"title":"a"}'],
  ['Let\'s see {title: x, y\n</think>\n```json\n{"title":"a"}\n```'],
  ['</think>{"title":"a"}'],
  ['<|channel|>analysis<|message|>{"title":"b"}<|end|><|channel|>final<|message|>{"title":"a"}'],
])('passes the thoughts of %j and says so', (raw) => {
  const { value, repair } = validator.readJson(raw, 'Answer');
  expect([value, repair.category, repair.lossless, repair.actions.map(({ kind }) => kind)]).toEqual([
    { title: 'a' },
    'syntax',
    true,
    ['surroundings'],
  ]);
});

it.each([
  ['{"response":{"title":"a"},"status":"ok"}'],
  ['{"name":"answer","arguments":{"title":"a"},"urgent":true}'],
  ['{"title":"a"}\n</think>'],
])('takes nothing out of %j, which holds more than what was asked for, or only thoughts', (raw) => {
  expect(failureFor(raw)?.code).toBe('json.schema_major');
});
