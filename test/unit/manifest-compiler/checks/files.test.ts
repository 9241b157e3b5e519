import { describe, expect, it } from 'vitest';
import { checkProject } from '../../../../src/manifest-compiler/checks/index.ts';
import { manifestSchema } from '../../../../src/manifest-compiler/index.ts';
import { parseManifests } from '../../../../src/manifest-compiler/read/index.ts';
import { problemsWith } from '../../../support/found-problems.ts';

const codes = [
  'MANIFEST_FILE_TOO_LARGE',
  'MANIFEST_FILE_MISSING',
  'MANIFEST_SCHEMA_INVALID',
  'MANIFEST_SYNTAX',
] as const;
const workflow = { workflow: { id: 'one', nodes: [{ id: 'a', type: 'transform', output: 1 }] } };

interface Written {
  readonly agents?: object;
  readonly tools?: object;
  readonly nodes?: readonly object[];
}

/** What is said of files: code, place, message and hint. */
function said({ agents, tools, nodes }: Written, files: Readonly<Record<string, unknown>>): readonly string[] {
  const manifests = {
    workflow: nodes === undefined ? workflow : { workflow: { id: 'one', nodes } },
    ...(agents !== undefined && { agents: { agents } }),
    ...(tools !== undefined && { tools: { tools } }),
  };
  return problemsWith(codes, manifests, files).map(
    ({ code, file, path, message, hint }) =>
      `${code.replace('MANIFEST_', '')} ${file} ${path.join('.')}: ${message}${hint === undefined ? '' : ` ${hint}`}`,
  );
}

const mebibytes = (count: number) => 'x'.repeat(count * 1_048_576);
const withSchema = (schema: string) => ({ one: { prompt: 'Write.', output_schema: schema } });
const values = (count: number) => ({ enum: Array.from({ length: count }, (_, index) => index) });

describe('a file that a manifest names', () => {
  const both = { one: { prompt: './prompt.md' }, other: { prompt: './prompt.md' } };

  it('is missed once, with the name of a file that may be meant', () => {
    expect(said({ agents: both }, { 'other.txt': '' })).toEqual([
      'FILE_MISSING agents.json agents.one.prompt: The prompt file "prompt.md" is not there. Create "prompt.md".',
    ]);
    expect(said({ agents: both }, { 'promt.md': '' })).toEqual([
      'FILE_MISSING agents.json agents.one.prompt: The prompt file "prompt.md" is not there. Did you mean "promt.md"?',
    ]);
    const agents = { one: { prompt: 'Write.', output_schema: 'Card' } };
    expect(said({ agents }, { 'schemas/Crad.json': {} })).toEqual([
      'FILE_MISSING agents.json agents.one.output_schema: The schema file "schemas/Card.json" is not there. Did you mean "Crad"?',
    ]);
  });

  it('is refused once when it is larger than what can be read', () => {
    expect(said({ agents: both }, { 'prompt.md': mebibytes(10) })).toEqual([]);
    expect(said({ agents: both }, { 'prompt.md': `${mebibytes(10)}x` })).toEqual([
      'FILE_TOO_LARGE agents.json agents.one.prompt: The prompt file "prompt.md" is larger than 10 MiB. Shorten it: no model takes that much.',
    ]);
    expect(said({ tools: { t: { type: 'module', module: 'tool.js' } } }, { 'tool.js': `${mebibytes(10)}x` })).toEqual(
      [],
    );
  });
});

it('misses no module where nobody looked which are there, and those that were not found where somebody did', () => {
  const tools = { tools: { t: { type: 'module', module: 'tool.js' } } };
  const manifests = Object.entries({ workflow, tools }).map(
    ([kind, value]) => [`${kind}.json`, JSON.stringify(value)] as const,
  );
  const missed = (...modules: readonly ReadonlySet<string>[]) =>
    checkProject(parseManifests(new Map(manifests)), new Map([['other.js', '']]), {
      ...(modules[0] && { modules: modules[0] }),
    })
      .problems.filter(({ code }) => code === 'MANIFEST_FILE_MISSING')
      .map(({ message }) => message);
  expect(missed()).toEqual([]);
  expect(missed(new Set(['tool.js']))).toEqual([]);
  expect(missed(new Set(['other.js']))).toEqual(['The module file "tool.js" is not there.']);
});

describe('a schema in a file', () => {
  it('is a JSON Schema that can be read and compiled', () => {
    expect(said({ agents: withSchema('Card') }, { 'schemas/Card.json': { type: 'string' } })).toEqual([]);
    expect(said({ agents: withSchema('a/Card') }, { 'schemas/a/Card.json': {} })).toEqual([]);
    expect(said({ agents: withSchema('Card') }, { 'schemas/Card.json': '5' })).toEqual([
      'SCHEMA_INVALID schemas/Card.json : A JSON Schema has to be an object, true or false.',
    ]);
    const [unread = ''] = said({ agents: withSchema('Card') }, { 'schemas/Card.json': '{' });
    expect(unread).toMatch(/^SYNTAX schemas\/Card\.json : /u);
    const [uncompiled = ''] = said({ agents: withSchema('Card') }, { 'schemas/Card.json': { type: 5 } });
    expect(uncompiled).toMatch(
      /^SCHEMA_INVALID schemas\/Card\.json : The JSON Schema does not compile: .*[^.]\. Write/u,
    );
  });

  it('has an end, and as many values as can be compiled', () => {
    const large = { description: 'x'.repeat(1_048_576) };
    expect(said({ agents: withSchema('Card') }, { 'schemas/Card.json': large })).toEqual([
      'FILE_TOO_LARGE schemas/Card.json : The schema has more than 1048576 characters. Describe less: no model keeps to a schema of this size.',
    ]);
    const enormous = { description: mebibytes(10) };
    expect(said({ agents: withSchema('Card') }, { 'schemas/Card.json': enormous })).toHaveLength(1);
    expect(said({ agents: withSchema('Card') }, { 'schemas/Card.json': values(9_998) })).toEqual([]);
    expect(said({ agents: withSchema('Card') }, { 'schemas/Card.json': values(9_999) })).toEqual([
      'FILE_TOO_LARGE schemas/Card.json : The JSON Schema has more than 10000 values, more than can be compiled in a moment. Describe less: no model keeps to a schema of this size.',
    ]);
  });

  it('is none when it is that of a manifest, for editors, or no file in that folder', () => {
    const schema = { ...manifestSchema('workflow'), type: 5 };
    expect(
      said({}, { 'schemas/workflow.json': schema, 'docs/schemas/Card.json': '5', 'schemas/Card.yaml': '5' }),
    ).toEqual([]);
  });
});

it('looks at the schemas that stand in manifests: of agents, of tools and of answers', () => {
  const broken = { type: 5 };
  const written = {
    agents: { one: { prompt: 'Write.', output_schema: broken } },
    tools: { t: { type: 'registered', input_schema: broken, output_schema: broken }, u: { type: 'registered' } },
    nodes: [
      { id: 'ask', type: 'feedback', schema: broken },
      { id: 'wait', type: 'feedback' },
    ],
  };
  expect(said(written, {}).map((text) => text.replace(/: .*$/u, ''))).toEqual([
    'SCHEMA_INVALID agents.json agents.one.output_schema',
    'SCHEMA_INVALID tools.json tools.t.input_schema',
    'SCHEMA_INVALID tools.json tools.t.output_schema',
    'SCHEMA_INVALID workflow.json workflow.nodes.0.schema',
  ]);
});
