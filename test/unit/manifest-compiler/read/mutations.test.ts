import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatProblem, locate, problemsToJson } from '../../../../src/manifest-compiler/report/index.ts';
import { checkTexts, readTexts, samplesDirectory, type Texts } from '../../../support/sample-project.ts';

const projects = ['committee', 'aliases'].map((name) => readTexts(path.join(samplesDirectory, 'valid', name)));

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
);

interface Mutation {
  readonly project: number;
  readonly file: number;
  readonly cuts: readonly { readonly at: number; readonly length: number; readonly put: string }[];
}

const mutations: fc.Arbitrary<Mutation> = fc.record({
  project: fc.nat({ max: projects.length - 1 }),
  file: fc.nat({ max: 20 }),
  cuts: fc.array(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat({ max: 30 }), put: snippets }),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
});

function mutate({ project, file, cuts }: Mutation): Texts {
  const texts = new Map(projects[project]);
  const name = [...texts.keys()][file % texts.size] ?? '';
  const mutated = cuts.reduce(
    (text, { at, length, put }) => {
      const start = Math.floor(at * text.length);
      return `${text.slice(0, start)}${put}${text.slice(start + length)}`;
    },
    texts.get(name) ?? '',
  );
  return texts.set(name, mutated);
}

it('reads any mutation of a project without throwing, and every problem lies in its file', () => {
  fc.assert(
    fc.property(mutations, (mutation) => {
      const texts = mutate(mutation);
      const { problems, sources, project } = checkTexts(texts);
      expect(project === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
      for (const problem of problems) {
        const { line, column } = locate(problem, sources);
        const lines = (texts.get(problem.file) ?? '').split('\n');
        expect(line).toBeLessThanOrEqual(Math.max(1, lines.length));
        expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
        expect(formatProblem(problem, sources)).not.toMatch(/[^\P{Cc}\n]/u);
      }
      expect(problemsToJson(problems, sources)).toHaveLength(problems.length);
    }),
    { seed: 7, numRuns: 300 },
  );
});
