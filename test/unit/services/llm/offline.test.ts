import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../../src/manifest/index.ts';
import { createOfflineClient, type PromptSubject } from '../../../../src/services/llm/index.ts';
import { failureFrom, modelClientContract, optionsOf, promptOf } from '../../../contract/model-client.ts';

const guide = `---
layout: page
---
# 3 · Harbour guide

[![badge](https://example.org/badge.svg)](https://example.org)

The **harbour** has four piers, and each pier takes ships of one kind.
Ferries leave from \`pier/2\` every hour. Does the last ferry wait for the train?

| pier | takes |
|---|---|
| North | cargo ships that carry grain |
| South | ferries and fishing boats |

## Safety
- Pilots must board every cargo ship before it passes the breakwater.
- The timetable is kept in \`data/ferries.json\`; rules are in [the handbook](docs/handbook.md).

\`\`\`sh
rm -rf /harbour  # not a sentence.
\`\`\`

A storm can close the harbour for 12 days a year.
`;

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const harbour: Partial<PromptSubject> = {
  taskInput: 'Summarise guide.md',
  context: [{ source: 'guide.md', text: guide }],
};

function objectOf(
  properties: Record<string, Exclude<JsonSchema, boolean>>,
  required = Object.keys(properties),
): JsonSchema {
  return { type: 'object', additionalProperties: false, properties, required };
}

async function fill(outputSchema: JsonSchema, subject: Partial<PromptSubject> = harbour): Promise<unknown> {
  const result = await createOfflineClient().generate(promptOf(subject), optionsOf({ outputSchema }));
  const value: unknown = JSON.parse(result.text);
  return value;
}

describe('the offline model as a model client', () => {
  modelClientContract(createOfflineClient, promptOf(harbour));
});

describe('the offline model', () => {
  it('fills a summary with whole sentences of the text, without marks and repetitions', async () => {
    const schema = objectOf({
      title: text,
      summary: { ...text, maxLength: 160 },
      key_points: { ...texts, maxItems: 2 },
      files: texts,
      open_questions: texts,
    });
    expect(await fill(schema)).toEqual({
      title: 'Harbour guide',
      summary:
        'The harbour has four piers, and each pier takes ships of one kind. Ferries leave from pier/2 every hour. A storm can close the harbour for 12 days a year.',
      key_points: [
        'The timetable is kept in data/ferries.json; rules are in the handbook.',
        'Pilots must board every cargo ship before it passes the breakwater.',
      ],
      files: ['data/ferries.json', 'docs/handbook.md'],
      open_questions: ['Does the last ferry wait for the train?'],
    });
  });

  it("takes a note on what was left out for nobody's words", async () => {
    const context = [
      { source: 'left_out', text: '[… 2 items, 3,410 tokens left out]' },
      { source: 'note', text: 'The pier is closed. [… 4 items, 121 tokens left out] The ferry waits for the train.' },
    ];
    const subject = { taskInput: 'Does the ferry wait?', context };
    expect(await fill(objectOf({ answer: text }), subject)).toEqual({ answer: 'The ferry waits for the train.' });
  });

  it('answers a question with what speaks of it', async () => {
    expect(await fill(objectOf({ answer: text }), { ...harbour, taskInput: 'When do ferries leave?' })).toEqual({
      answer: 'Ferries leave from pier/2 every hour.',
    });
  });

  it('takes named things and what is said of them from tables', async () => {
    const item = objectOf({ name: text, description: text });
    expect(await fill(objectOf({ piers: { type: 'array', items: item, maxItems: 2 } }))).toEqual({
      piers: [
        { name: 'North', description: 'cargo ships that carry grain' },
        { name: 'South', description: 'ferries and fishing boats' },
      ],
    });
  });

  it('takes numbers that stand by the words of a field, and counts what is asked for', async () => {
    const input = { found: { files: [{ path: 'a.ts' }, { path: 'b.ts' }] } };
    const schema = objectOf({
      days_closed: { type: 'integer' },
      file_count: { type: 'integer' },
      score: { type: 'number', minimum: 0.5, maximum: 1 },
    });
    expect(await fill(schema, { ...harbour, input })).toEqual({ days_closed: 12, file_count: 2, score: 0.5 });
  });

  it('copies a value that stands in the input under the same name, bent to the schema', async () => {
    const input = { plan: { steps: [{ id: 's1', tool: 'read_file', secret: 1 }], title: 'From before' } };
    const schema = objectOf({
      title: text,
      steps: { type: 'array', items: objectOf({ id: text, tool: text }) },
    });
    expect(await fill(schema, { ...harbour, input })).toEqual({
      title: 'From before',
      steps: [{ id: 's1', tool: 'read_file' }],
    });
  });

  it('names objects of a list by their path where texts are asked for', async () => {
    const input = {
      files: [
        { path: 'a.ts', size: 1 },
        { path: 'b.ts', size: 2 },
      ],
    };
    expect(await fill(objectOf({ files: texts }), { input })).toEqual({ files: ['a.ts', 'b.ts'] });
  });

  it('chooses what the text supports and does not deny, else the default, else the first', async () => {
    const schema = objectOf({
      verdict: { enum: ['rejected', 'approved'] },
      tone: { enum: ['formal', 'casual'], default: 'casual' },
      size: { enum: ['small', 'large'] },
      tested: { type: 'boolean' },
      documented: { type: 'boolean' },
    });
    const input = {
      notes: 'The change was approved by Ann. It was tested on two machines. It is not documented at all.',
    };
    expect(await fill(schema, { taskInput: 'Decide.', input })).toEqual({
      verdict: 'approved',
      tone: 'casual',
      size: 'small',
      tested: true,
      documented: false,
    });
  });

  it('leaves out optional fields for which nothing was found', async () => {
    const optional = { links: texts, deadline: { ...text, format: 'date' }, altitude: { type: 'number' }, title: text };
    expect(await fill(objectOf(optional, []), { taskInput: 'Hello.' })).toEqual({ title: 'Hello' });
  });

  it('finds values of a format or pattern in the text, and claims nothing where there is none', async () => {
    const schema = objectOf({
      ticket: { ...text, pattern: '^[A-Z]+-\\d+$' },
      opened: { ...text, format: 'date' },
      mail: { ...text, format: 'email' },
      site: { ...text, format: 'uri' },
      colour: { ...text, pattern: '^#[0-9a-f]{6}$' },
      closed: { type: ['string', 'null'], format: 'date-time' },
    });
    expect(await fill(schema, { taskInput: 'Ticket ABC-123 was opened on 2024-03-04 by ann@example.org.' })).toEqual({
      ticket: 'ABC-123',
      opened: '2024-03-04',
      mail: 'ann@example.org',
      site: 'https://example.invalid/',
      colour: '#aaaaaa',
      closed: null,
    });
  });

  it('follows references, merges allOf, picks a branch that fits, and ends in recursive schemas', async () => {
    const schema = {
      $defs: { node: objectOf({ name: text, children: { type: 'array', items: { $ref: '#/$defs/node' } } }) },
      allOf: [{ properties: { tree: { $ref: '#/$defs/node' } } }, { required: ['tree', 'end'] }],
      properties: { end: { anyOf: [{ type: 'integer', minimum: 5, maximum: 4 }, { const: 'done' }] } },
      type: 'object',
    };
    expect(await fill(schema, { taskInput: 'Hello.' })).toEqual({ tree: { name: 'Hello', children: [] }, end: 'done' });
  });

  it.each([
    ['lengths of texts', { type: 'string', minLength: 30, maxLength: 40 }],
    ['bounds of numbers', { type: 'number', exclusiveMinimum: 3, multipleOf: 7 }],
    ['distinct items', { type: 'array', items: { type: 'integer' }, minItems: 1, uniqueItems: true }],
    ['tuples', { type: 'array', prefixItems: [text, { type: 'boolean' }], items: false, minItems: 2 }],
    ['maps', { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 2 }],
    ['conditions', { type: 'object', if: { required: ['kind'] }, else: { required: ['b'] }, properties: { b: text } }],
    ['anything', true],
  ])('keeps to %s', async (_what, schema) => {
    const answered = await fill(objectOf({ part: typeof schema === 'object' ? schema : {} })).then(
      () => 'answered',
      (error: unknown) => error,
    );
    expect(answered).toBe('answered');
  });

  it('answers in plain text where no schema is given', async () => {
    const result = await createOfflineClient().generate(
      promptOf({ ...harbour, taskInput: 'When do ferries leave?' }),
      optionsOf(),
    );
    expect(result.text).toBe('Ferries leave from pier/2 every hour.');
  });

  it.each([
    ['a broken schema', { type: 'strng' }, 'config.invalid'],
    [
      'a schema that never ends',
      { type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] },
      'agent.no_answer',
    ],
    ['a range with nothing in it', { type: 'integer', minimum: 5, maximum: 4 }, 'agent.no_answer'],
  ])('gives no answer to %s', async (_what, outputSchema, code) => {
    const work = createOfflineClient().generate(promptOf(harbour), optionsOf({ outputSchema }));
    expect(await failureFrom(work)).toEqual(expect.objectContaining({ code }));
  });

  it('says that it was given nothing to answer from', async () => {
    expect(await failureFrom(createOfflineClient().generate(promptOf({ taskInput: '' }), optionsOf()))).toEqual({
      code: 'agent.no_answer',
      message: 'The offline model was given no text to answer from.',
      hint: 'Give the task an input, or the stage a context.',
    });
  });

  it.each(['[', '<', '`', '|', '*', '- ', '\n', '![', '[x](', 'a/', '\uD800', '{"a":', '    x\n', '<!--'])(
    'reads 200 KB of %j without harm',
    async (bit) => {
      const hostile = bit.repeat(Math.ceil(200_000 / bit.length));
      const subject = {
        taskInput: 'Summarise it.',
        input: { text: hostile },
        context: [{ source: 'x', text: hostile }],
      };
      const answer = await fill(objectOf({ title: text, tags: texts }), subject);
      expect(typeof answer === 'object' && answer !== null && Object.keys(answer)).toEqual(['title', 'tags']);
    },
  );
});
