import path from 'node:path';
import { expect, it } from 'vitest';
import type { Problem } from '../../../../src/errors/index.ts';
import { checkTexts, readTexts } from '../../../support/sample-project.ts';

const readProblems = () =>
  checkTexts(readTexts(path.resolve(import.meta.dirname, '../../../fixtures/spec-shapes'))).problems;

function inShort({ severity, file, path: place }: Problem): string {
  return `${severity} ${file} ${place.slice(1).join('.')}`;
}

function withCode(code: string): string[] {
  return readProblems()
    .filter((problem) => problem.code === code)
    .map(inShort);
}

it('knows every field and every type of the shapes that the specification shows', () => {
  expect([...new Set(readProblems().map(({ code }) => code))].toSorted()).toEqual([
    'MANIFEST_DECISION_NO_DEFAULT',
    'MANIFEST_FILE_MISSING',
    'MANIFEST_NOT_IN_THIS_VERSION',
    'MANIFEST_PERMISSION_EXCEEDED',
    'MANIFEST_REFERENCE_UNKNOWN',
  ]);
});

it('says of each what this version cannot do, and of each what it leaves out', () => {
  expect(withCode('MANIFEST_NOT_IN_THIS_VERSION')).toEqual(['warning engine.yaml permissions.network']);
});

it('misses the files that they name, and the agent that they name and do not show', () => {
  expect([...withCode('MANIFEST_FILE_MISSING'), ...withCode('MANIFEST_REFERENCE_UNKNOWN')]).toEqual([
    'error engine.yaml models.demo.script',
    'error agents.yaml project_architect.prompt',
    'error agents.yaml project_architect.output_schema',
    'error agents.yaml module_implementer.output_schema',
    'error tools.yaml classify.module',
    'error tools.yaml classify.input_schema',
    'error tools.yaml classify.output_schema',
    'error plugins.yaml 2.module',
    'error workflow.yaml nodes.3.agent',
  ]);
});

it('sees that tools of it want to reach a host and to run a command that its engine does not permit', () => {
  expect(withCode('MANIFEST_PERMISSION_EXCEEDED')).toEqual([
    'error tools.yaml weather.allow_hosts.0',
    'error tools.yaml issues.command',
  ]);
});
