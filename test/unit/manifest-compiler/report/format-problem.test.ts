import { describe, expect, it } from 'vitest';
import {
  createProblem,
  createSource,
  formatProblem,
  locate,
  plainPalette,
  problemsToJson,
  sortProblems,
  type TextRange,
} from '../../../../src/manifest-compiler/report/index.ts';

const file = 'workflow.yaml';

function problemAt(range: TextRange) {
  return createProblem({
    code: 'MANIFEST_VALUE_INVALID',
    message: 'It is wrong.',
    hint: 'Change it.',
    file,
    path: [],
    range,
  });
}

function frame(text: string, culprit: string): string[] {
  const start = text.indexOf(culprit);
  const sources = new Map([[file, createSource(file, text, () => [0, 0])]]);
  return formatProblem(problemAt([start, start + culprit.length]), sources)
    .split('\n')
    .slice(2, -1);
}

describe('a printed problem', () => {
  it('shows code, place, sentence, line and hint', () => {
    const sources = new Map([[file, createSource(file, 'one\ntwo three\n', () => [0, 0])]]);
    expect(formatProblem(problemAt([8, 13]), sources)).toBe(
      [
        'error MANIFEST_VALUE_INVALID workflow.yaml:2:5',
        '  It is wrong.',
        '    1 | one',
        '>   2 | two three',
        '      |     ^^^^^',
        '  help: Change it.',
      ].join('\n'),
    );
  });

  it('keeps the caret under the culprit behind tabs and wide characters', () => {
    expect(frame('\tx', 'x')).toEqual(['>   1 |     x', '      |     ^']);
    expect(frame('世界 x', 'x')).toEqual(['>   1 | 世界 x', '      |      ^']);
    expect(frame('👩‍👩‍👧 e\u0301 x', 'x')).toEqual(['>   1 | 👩‍👩‍👧 e\u0301 x', '      |      ^']);
  });

  it('cuts a long line around the culprit', () => {
    const [line = '', caret = ''] = frame(`${'a'.repeat(300)}CULPRIT${'b'.repeat(300)}`, 'CULPRIT');
    expect([line, caret]).toEqual([
      `>   1 | …${'a'.repeat(40)}CULPRIT${'b'.repeat(53)}…`,
      `      | ${' '.repeat(41)}^^^^^^^`,
    ]);
  });

  it('shows no character that a terminal obeys', () => {
    expect(frame('\u001B[31m\u202Ex\r\n', 'x')).toEqual(['>   1 | \uFFFD[31m\uFFFDx', '      |       ^']);
  });

  it('has a caret at the end of the text', () => {
    expect(frame('ab', '')).toEqual(['>   1 | ab', '      | ^']);
  });

  it('has no frame when the file is not there', () => {
    expect(formatProblem(problemAt([5, 6]), new Map())).toBe(
      'error MANIFEST_VALUE_INVALID workflow.yaml\n  It is wrong.\n  help: Change it.',
    );
  });

  it('is painted with the palette of the caller', () => {
    const palette = { ...plainPalette, error: (text: string) => `<${text}>` };
    expect(formatProblem(problemAt([0, 0]), new Map(), { palette }).split('\n')[0]).toBe(
      '<error> MANIFEST_VALUE_INVALID workflow.yaml',
    );
  });
});

it('locates a culprit by line and column, and where it ends', () => {
  const sources = new Map([[file, createSource(file, '\uFEFFone\r\ntwo\r\n', () => [0, 0])]]);
  expect(locate(problemAt([1, 4]), sources)).toEqual({ file, line: 1, column: 1, endLine: 1, endColumn: 4 });
  expect(locate(problemAt([6, 11]), sources)).toEqual({ file, line: 2, column: 1, endLine: 3, endColumn: 1 });
  expect(locate(problemAt([999, 1_000]), sources)).toEqual({ file, line: 3, column: 1 });
});

it('gives problems to programs with their places and without offsets', () => {
  const sources = new Map([[file, createSource(file, 'one\ntwo', () => [0, 0])]]);
  expect(problemsToJson([problemAt([4, 7])], sources)).toEqual([
    {
      code: 'MANIFEST_VALUE_INVALID',
      severity: 'error',
      message: 'It is wrong.',
      hint: 'Change it.',
      file,
      path: [],
      line: 2,
      column: 1,
      endLine: 2,
      endColumn: 4,
    },
  ]);
});

it('sorts problems by manifest and place, whatever order they come in', () => {
  const names = ['schemas/A.json', 'plugins.yaml', 'workflow.json', 'agents.yml', 'engine.yaml'];
  const sources = new Map(names.map((name) => [name, createSource(name, 'text', () => [0, 0])]));
  const problems = names.flatMap((name) => [
    { ...problemAt([3, 4]), file: name },
    { ...problemAt([1, 2]), file: name },
  ]);
  expect(sortProblems(problems, sources).map((problem) => `${problem.file} ${problem.range?.[0]}`)).toEqual([
    'engine.yaml 1',
    'engine.yaml 3',
    'agents.yml 1',
    'agents.yml 3',
    'workflow.json 1',
    'workflow.json 3',
    'plugins.yaml 1',
    'plugins.yaml 3',
    'schemas/A.json 1',
    'schemas/A.json 3',
  ]);
});
