import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../../src/errors/index.ts';
import { formatProblem } from '../../../../src/manifest-compiler/report/index.ts';
import { checkTexts, readTexts, sampleNames, samplesDirectory } from '../../../support/sample-project.ts';

/** Codes without a folder of samples, and who reports them. */
const reportedElsewhere = {
  MANIFEST_DIRECTORY_MISSING: 'the loader',
  MANIFEST_FILE_UNREADABLE: 'the loader',
  MANIFEST_EDGE_UNREACHABLE: 'the plan',
  MANIFEST_JOIN_MISPLACED: 'the plan',
  MANIFEST_EXPRESSION_INVALID: 'the roles',
  MANIFEST_PROMPT_INVALID: 'the roles',
  MANIFEST_ENTRY_MISSING: 'nobody yet: where no node can be the first, there is a MANIFEST_CYCLE',
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
    const { problems, sources } = checkTexts(readTexts(directory));
    const report = problems.map((problem) => `${formatProblem(problem, sources)}\n`).join('\n');
    expect(problems.map(({ code }) => code)).toContain(codeOf(name));
    await expect(report).toMatchFileSnapshot(path.join(directory, 'expected.txt'));
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
      const { problems, project } = checkTexts(readTexts(path.join(samplesDirectory, 'invalid', name)));
      return problems.some(({ severity }) => severity === 'error') === (project === undefined);
    });
    expect(outcomes.every(Boolean)).toBe(true);
  });
});
