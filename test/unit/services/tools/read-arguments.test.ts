import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSchemaValidator } from '../../../../src/services/json/index.ts';
import { defineTool, type ToolRuntime } from '../../../../src/services/tools/index.ts';
import { createToolProject, type ToolProject } from './tool-project.ts';

const inputSchema = {
  type: 'object',
  properties: {
    city: { type: 'string' },
    days: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['city'],
  additionalProperties: false,
};

const run = (): null => null;

let project: ToolProject;
let runtime: ToolRuntime;

beforeEach(async () => {
  project = createToolProject();
  const look = defineTool({ inputSchema, capabilities: ['deterministic_safe'], run });
  const change = defineTool({ inputSchema: 'Input', capabilities: ['workspace_mutation'], run });
  const anything = defineTool({ capabilities: ['deterministic_safe'], run });
  const broken = defineTool({ inputSchema: 'Missing', run });
  runtime = await project.runtime({
    tools: {
      look: { type: 'registered' },
      change: { type: 'registered' },
      anything: { type: 'registered' },
      broken: { type: 'registered' },
      write: { type: 'filesystem.write_file', root: './work' },
    },
    handlers: new Map(Object.entries({ look, change, anything, broken })),
    schemas: createSchemaValidator({ Input: inputSchema }),
  });
});

afterEach(async () => await project.remove());

/** The arguments, or why there are none. */
function read(tool: string, written: unknown, isCutOff = false): unknown {
  const result = runtime.readArguments(tool, written, { isCutOff });
  return result.ok ? result.value : `${result.failure.code}: ${result.failure.message}`;
}

it('hands on arguments that fit as they are, and says that nothing was done', () => {
  for (const tool of ['look', 'change']) {
    expect(runtime.readArguments(tool, { city: 'Ulm', days: 3 })).toEqual({
      ok: true,
      value: { city: 'Ulm', days: 3 },
      repair: { category: 'none', tier: 0, lossless: true, actions: [], unlisted: 0 },
    });
  }
});

it('repairs what is written in another way, as text or as an object, for every tool', () => {
  for (const tool of ['look', 'change']) {
    expect([
      read(tool, '{"city":"Ulm","days":3}'),
      read(tool, "```json\n{'city': 'Ulm', days: 3,}\n```"),
      read(tool, '"{\\"city\\":\\"Ulm\\",\\"days\\":3}"'),
      read(tool, { City: 'Ulm', days: '3' }),
      read(tool, { arguments: { city: 'Ulm', days: 3 } }),
      read(tool, { city: 'Ulm', days: 3, tags: null }),
    ]).toEqual(Array.from({ length: 6 }, () => ({ city: 'Ulm', days: 3 })));
    expect(read(tool, { city: 'Ulm', tags: 'a' })).toEqual({ city: 'Ulm', tags: ['a'] });
  }
});

it('runs no harmful tool on what had to be guessed at, and says what was lost', () => {
  const guessed = [
    [
      { city: 'Ulm', unless: 'it rains' },
      { city: 'Ulm' },
      '"/unless" is not declared in the schema and would be dropped.',
    ],
    [
      '{"city":"Ulm"',
      { city: 'Ulm' },
      'What was written is not closed at its end, so more may have been meant to follow.',
    ],
    ['{"city":"Ulm","city":"Bonn",}', { city: 'Bonn' }, '"/city" is stated twice.'],
    [
      '{"city":"Ulm"}\n{"city":"Bonn"}',
      { city: 'Bonn' },
      'What was written stands among other documents that fit as well.',
    ],
  ] as const;
  for (const [written, value, why] of guessed) {
    expect(read('look', written)).toEqual(value);
    expect(read('change', written)).toBe(
      `tool.invalid_input: Tool "change" can change things, so it does not run on arguments that had to be guessed at: ${why}`,
    );
  }
  expect(runtime.readArguments('change', { city: 'Ulm', unless: 'it rains' })).toMatchObject({
    ok: false,
    failure: {
      hint: 'Call it again with whole, valid JSON that fits its input schema.',
      details: { issues: [{ path: '/unless', rule: 'undeclared_dropped' }] },
    },
  });
});

it('takes nothing from arguments that were cut or do not fit', () => {
  expect([read('look', '{"city":"Ul'), read('look', '{"city":"Ulm"', true), read('look', { days: 3 })]).toEqual([
    expect.stringContaining('the text ends inside of a value'),
    expect.stringContaining('the text ends inside of a value'),
    'tool.invalid_input: The arguments for tool "look" do not fit: "/city" is missing.',
  ]);
  expect(read('look', { city: true })).toBe(
    'tool.invalid_input: The arguments for tool "look" do not fit: "/city" must be a string.',
  );
});

it('makes no text of parsed numbers whose digits may have been others', () => {
  expect(read('look', { city: 12 })).toEqual({ city: '12' });
  expect(read('look', '{"city": 1.10}')).toEqual({ city: '1.10' });
  for (const city of [1.1, 2 ** 60]) {
    expect(read('look', { city })).toContain('"/city" must be a string.');
  }
});

it('takes nothing at all for no arguments', () => {
  expect([undefined, null, '', ' ', {}].map((written) => read('anything', written))).toEqual([{}, {}, {}, {}, {}]);
  expect(read('anything', "{'a': 1}")).toEqual({ a: 1 });
  expect(read('anything', 'now')).toContain('tool.invalid_input');
});

it('holds tools that come with the engine to their schemas too', () => {
  expect(read('write', '{"path":"a.txt","text":"b",}')).toEqual({ path: 'a.txt', text: 'b' });
  expect(read('write', '{"path":"a.txt","text":"b"')).toContain('does not run on arguments that had to be guessed at');
});

it('fails for a tool that is not there, for a schema that is not, and for what is no JSON', () => {
  expect([read('lok', {}), read('broken', {}), read('look', { city: () => 1 })]).toEqual([
    expect.stringContaining('config.invalid: There is no tool "lok"'),
    expect.stringContaining('config.invalid: Schema "Missing" cannot be used.'),
    expect.stringContaining('tool.invalid_input: The arguments for tool "look" do not fit: They are no plain JSON'),
  ]);
});
