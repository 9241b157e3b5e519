import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { explore } from '../../../../src/manifest-compiler/explore/index.ts';
import { formatProblem, locate, problemsToJson } from '../../../../src/manifest-compiler/report/index.ts';
import { propertySettings, propertyTimeoutMs } from '../../../support/property-settings.ts';
import { findProblems, readTexts, sampleNames, samplesDirectory, type Texts } from '../../../support/sample-project.ts';

/** All valid projects, and the broken ones that bring further kinds of manifests and expressions. */
const projects = [
  path.resolve(samplesDirectory, '../../configs/basic_llm_agent'),
  ...sampleNames('valid').map((name) => path.join(samplesDirectory, 'valid', name)),
  ...[
    'expression-invalid',
    'expression-invalid.bodies',
    'expression-invalid.bodies-broken',
    'prompt-invalid',
    'value-invalid.fallbacks',
    'value-invalid.bodies',
    'workflow-recursive',
    'edge-unreachable',
    'merge-edges',
  ].map((name) => path.join(samplesDirectory, 'invalid', name)),
].map(readTexts);

const snippets = fc.constantFrom(
  '',
  '\t',
  '\n',
  '\r\n',
  ' ',
  ':',
  ': ',
  '- ',
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '*x',
  '&x ',
  '!x ',
  '<<: ',
  '#',
  '|',
  '>',
  '%',
  '---\n',
  '😀',
  '\uFEFF',
  '\u0000',
  '\uD800',
  '\u001B[31m',
  '__proto__',
  'constructor',
  '9e999',
  '${env:X}',
  'null',
  '~',
  ',',
  '\\',
  '${{ ',
  '{% if x %}',
  '{{ ',
  'stages.',
  'item',
  'workflow: workflows/poem.yaml',
  'node: { type: end }',
);

interface Mutation {
  readonly project: number;
  readonly file: number;
}

interface TextMutation extends Mutation {
  readonly cuts: readonly { readonly at: number; readonly length: number; readonly put: string }[];
}

const place = { project: fc.nat({ max: projects.length - 1 }), file: fc.nat({ max: 20 }) };
const fraction = fc.double({ min: 0, max: 1, noNaN: true });

const textMutations: fc.Arbitrary<TextMutation> = fc.record({
  ...place,
  cuts: fc.array(fc.record({ at: fraction, length: fc.nat({ max: 30 }), put: snippets }), {
    minLength: 1,
    maxLength: 4,
  }),
});

function fileOf({ project, file }: Mutation): { readonly texts: Map<string, string>; readonly name: string } {
  const texts = new Map(projects[project]);
  return { texts, name: [...texts.keys()][file % texts.size] ?? '' };
}

function mutateText(mutation: TextMutation): Texts {
  const { texts, name } = fileOf(mutation);
  const mutated = mutation.cuts.reduce(
    (text, { at, length, put }) => {
      const start = Math.floor(at * text.length);
      return `${text.slice(0, start)}${put}${text.slice(start + length)}`;
    },
    texts.get(name) ?? '',
  );
  return texts.set(name, mutated);
}

interface ValueMutation extends Mutation {
  readonly changes: readonly { readonly at: number; readonly how: Change; readonly put: fc.JsonValue }[];
  readonly asJson: boolean;
}

const changes = ['remove', 'replace', 'repeat', 'rename', 'move', 'wrap'] as const;
type Change = (typeof changes)[number];

const values: fc.Arbitrary<fc.JsonValue> = fc.oneof(
  fc.constantFrom<fc.JsonValue[]>(null, true, 0, -1, 1.5, 1e308, '', [], {}, 'write', 'done', 'true', '1s', 'merge'),
  fc.constantFrom<fc.JsonValue[]>(
    '${{ stages.write.output }}',
    '${{ ',
    '${env:X}',
    'decision',
    'agent',
    'error',
    'end',
  ),
  fc.constantFrom<fc.JsonValue[]>({ from: 'write', to: 'write' }, { id: 'x', type: 'merge' }, ['tool'], '../x.md'),
  fc.constantFrom<fc.JsonValue[]>(
    '${{ item }}',
    'iteration > 1',
    'workflows/poem.yaml',
    'map',
    'repeat',
    'feedback',
    { id: 'y', type: 'map', items: [1], node: { type: 'feedback', schema: { type: 'string' } } },
    { id: 'z', type: 'workflow', workflow: 'workflows/poem.yaml' },
    { nodes: [{ id: 'inner', type: 'repeat', max_iterations: 2, workflow: 'workflows/poem.yaml' }] },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

const valueMutations: fc.Arbitrary<ValueMutation> = fc.record({
  ...place,
  changes: fc.array(fc.record({ at: fraction, how: fc.constantFrom(...changes), put: values }), {
    minLength: 1,
    maxLength: 4,
  }),
  asJson: fc.boolean(),
});

/** A place at which a value can be changed: a field of a map, or an item of a list. */
interface Spot {
  readonly around: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

function spotsOf(root: unknown): Spot[] {
  const spots: Spot[] = [];
  const rest = [root];
  for (const around of rest) {
    const children: [string | number, unknown][] = isList(around)
      ? around.map((item, index) => [index, item])
      : isRecord(around)
        ? Object.entries(around)
        : [];
    for (const [key, child] of children) {
      if (isList(around) || isRecord(around)) spots.push({ around, key });
      rest.push(child);
    }
  }
  return spots;
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function change({ around, key }: Spot, how: Change, put: unknown): void {
  const found: unknown = Reflect.get(around, key);
  if (how === 'replace')
    Reflect.set(around, key, structuredClone(put)); // a shared one would end up inside of itself
  else if (how === 'wrap') Reflect.set(around, key, Array.isArray(found) ? { inner: found } : [found]);
  else if (Array.isArray(around)) {
    const [item] = around.splice(Number(key), how === 'repeat' ? 0 : 1);
    if (how === 'repeat') around.splice(Number(key), 0, structuredClone(found));
    if (how === 'move' || how === 'rename') around.unshift(item);
  } else {
    if (how !== 'repeat') Reflect.deleteProperty(around, key);
    const twin = how === 'rename' ? `${key}`.slice(1) : `${key}_2`;
    if (how !== 'remove') around[twin] = structuredClone(found);
  }
}

function mutateValue(mutation: ValueMutation): Texts {
  const { texts, name } = fileOf(mutation);
  if (!/\.(?:yaml|yml|json)$/u.test(name)) return texts;
  const root: unknown = structuredClone(parsed(texts.get(name) ?? ''));
  for (const { at, how, put } of mutation.changes) {
    const spots = spotsOf(root);
    const spot = spots[Math.floor(at * spots.length)];
    if (spot !== undefined) change(spot, how, put);
  }
  return texts.set(name, mutation.asJson ? JSON.stringify(root, null, 2) : stringify(root));
}

function parsed(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return value;
  } catch {
    return {}; // some of the broken projects are broken here
  }
}

/** What is not as it has to be: a place outside of its file, a stack, a project that is compiled in spite of an error. */
function wrongIn(texts: Texts): string[] {
  const { problems, sources, compiled } = findProblems(texts);
  const hasErrors = problems.some(({ severity }) => severity === 'error');
  const wrong = problems.flatMap((problem): string[] => {
    const lines = (texts.get(problem.file) ?? '').split('\n');
    const { line, column, endLine = line, endColumn = column } = locate(problem, sources);
    const places = [
      { row: line, at: column },
      { row: endLine, at: endColumn },
    ];
    const isInside = places.every(({ row, at }) => row <= lines.length && at <= (lines[row - 1] ?? '').length + 1);
    const text = formatProblem(problem, sources);
    const isPlain = !/[^\P{Cc}\n]|^ +at .*:\d+:\d+\)?$/mu.test(text) && !problem.code.startsWith('ENGINE_');
    return isInside && isPlain ? [] : [text];
  });
  if (hasErrors === (compiled !== undefined)) wrong.push('compiled and errors');
  if (problemsToJson(problems, sources).length !== problems.length) wrong.push('problems as JSON');
  const compiledGraphs = [...(compiled?.pipelines.values() ?? []), ...(compiled?.bodies.values() ?? [])];
  for (const { graph, chart } of compiledGraphs) {
    if (!chart().id.includes(graph.id) || explore(graph, 'edges', { limit: 100 }).goals < 0) wrong.push(graph.id);
  }
  return wrong;
}

function holds<Made>(mutations: fc.Arbitrary<Made>, mutate: (mutation: Made) => Texts): void {
  const property = fc.property(mutations, (mutation) => {
    expect(wrongIn(mutate(mutation))).toEqual([]);
  });
  fc.assert(property, propertySettings(1_200));
}

it(
  'reads any mutation of the text of a project without throwing, and every problem lies in its file',
  () => {
    expect(() => holds(textMutations, mutateText)).not.toThrow();
  },
  propertyTimeoutMs,
);

it(
  'compiles and explores any mutation of the values of a project without throwing, or says what is wrong with it',
  () => {
    expect(() => holds(valueMutations, mutateValue)).not.toThrow();
  },
  propertyTimeoutMs,
);
