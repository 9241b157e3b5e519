import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../../src/errors/index.ts';
import { formatProblem, problemsToJson } from '../../../../src/manifest-compiler/report/index.ts';
import { findProblems, readTexts, sampleNames, samplesDirectory } from '../../../support/sample-project.ts';

/** Codes without a folder of samples, and who reports them. */
const reportedElsewhere = {
  MANIFEST_DIRECTORY_MISSING: 'the loader',
  MANIFEST_FILE_UNREADABLE: 'the loader',
  MANIFEST_FILE_TOO_LARGE: 'a unit test, which need not store the file',
  MANIFEST_INVALID: 'the engine; and a unit test, for a file with thousands of problems',
} as const;

const names = sampleNames('invalid');

/** "edge-from-end.variant" is a sample of MANIFEST_EDGE_FROM_END. */
function codeOf(name: string): string {
  const words = name.replace(/\..*$/u, '').replaceAll('-', '_').toUpperCase();
  return words in errorCodes ? words : `MANIFEST_${words}`;
}

describe('broken sample projects', () => {
  it.each(names)('%s is reported as expected', async (name) => {
    const directory = path.join(samplesDirectory, 'invalid', name);
    const { problems, sources } = findProblems(readTexts(directory));
    const report = problems.map((problem) => `${formatProblem(problem, sources)}\n`).join('\n');
    expect(problems.map(({ code }) => code)).toContain(codeOf(name));
    await expect(report).toMatchFileSnapshot(path.join(directory, 'expected.txt'));
  });

  it.each(names)('%s says the same as data', (name) => {
    const { problems, sources } = findProblems(readTexts(path.join(samplesDirectory, 'invalid', name)));
    const asText = problems.map((problem) => {
      const [head = '', message = '', ...rest] = formatProblem(problem, sources).split('\n');
      const help = rest.findLast((line) => line.startsWith('  help: '));
      return [head, message.trim(), help?.slice('  help: '.length)];
    });
    const asData = problemsToJson(problems, sources).map(({ severity, code, file, line, column, message, hint }) => [
      `${severity} ${code} ${file}${sources.has(file) ? `:${line}:${column}` : ''}`,
      message,
      hint,
    ]);
    expect(asData).toEqual(asText);
  });

  it('show every manifest code that is reported here', () => {
    const shown = new Set(names.map(codeOf));
    const wanted = Object.keys(errorCodes).filter(
      (code) => code.startsWith('MANIFEST_') && !(code in reportedElsewhere),
    );
    expect([...shown].toSorted()).toEqual([...wanted, 'MODEL_SCRIPT_INVALID', 'PLUGIN_UNKNOWN'].toSorted());
  });

  it('never make a project when there is an error', () => {
    const outcomes = names.map((name) => {
      const { problems, compiled } = findProblems(readTexts(path.join(samplesDirectory, 'invalid', name)));
      return problems.some(({ severity }) => severity === 'error') === (compiled === undefined);
    });
    expect(outcomes.every(Boolean)).toBe(true);
  });
});
