import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { criteria, loadProject } from '../../../src/index.ts';
import { listProjectPaths, testPaths } from '../../../src/testing/index.ts';
import { markdownBlocks, type MarkdownBlock } from '../../support/markdown-blocks.ts';
import { root, runLine, writeProjects } from './page-projects.ts';

const page = readFileSync(path.join(root, 'docs/testing.md'), 'utf8');
const blocks = markdownBlocks(page);
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'testing-page-'));
  writeProjects(directory, blocks);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function blocksOf(language: string): readonly MarkdownBlock[] {
  return blocks.filter((block) => block.language === language);
}

function source(file: string): string {
  return pathToFileURL(path.join(root, 'src', file)).href;
}

describe('docs/testing.md', () => {
  it.each(blocksOf('sh').map((block, index) => [block.text.trim(), index] as const))(
    'shows the output of %s',
    async (command, index) => {
      expect(await runLine(directory, command)).toBe(blocksOf('text')[index]?.text);
    },
  );

  it('shows tests that pass, one for each path', async () => {
    const [program] = blocksOf('ts');
    const text = (program?.text ?? '')
      .replace("'agent-engine'", `'${source('index.ts')}'`)
      .replace("'agent-engine/testing'", `'${source('testing/index.ts')}'`);
    writeFileSync(path.join(directory, 'sorting/workflow.test.ts'), text);
    symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
    const vitest = path.join(root, 'node_modules/vitest/vitest.mjs');
    const report = path.join(directory, 'report.json');
    const words = [vitest, 'run', '--root', directory, '--reporter', 'json', '--outputFile', report];
    await promisify(execFile)(process.execPath, words, { cwd: directory });
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
      success: true,
      numPassedTests: 5,
      numTotalTests: 5,
    });
  });

  it('names every criterion, and every field of what programs get', async () => {
    const { compiled } = await loadProject(path.join(directory, 'sorting'));
    if (compiled === undefined) throw new Error('The project of the page is valid.');
    const named = new Set(page.match(/\w+/gu));
    const list = listProjectPaths(compiled);
    const shown = [list.pipelines, list.pipelines[0]?.paths, list.pipelines[0]?.facts.unhandled_failures];
    const report = testPaths(compiled);
    const told = [report.pipelines, report.pipelines[0]?.walks, report.pipelines[0]?.coverage];
    const first = [list, report, ...[...shown, ...told].map((items) => items?.[0])];
    const fields = first.flatMap((value) => Object.keys(value ?? {}));
    expect([...Object.keys(criteria), ...fields].filter((field) => !named.has(field))).toEqual([]);
  });
});
