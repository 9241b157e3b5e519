import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { hookPoints } from '../../../src/services/plugins/hook-points.ts';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { linkedFiles, nodeIn, root, runLine, writeProjects } from './page-projects.ts';

const page = readFileSync(path.join(root, 'docs/plugins.md'), 'utf8');
const blocks = markdownBlocks(page);
const directory = mkdtempSync(path.join(os.tmpdir(), 'plugins-page-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function textsOf(language: string): readonly string[] {
  return blocks.filter((block) => block.language === language).map(({ text }) => text);
}

describe('docs/plugins.md', () => {
  it('shows what its project and its program print', async () => {
    writeProjects(directory, blocks);
    const [command = ''] = textsOf('sh');
    const [printed, printedByProgram] = textsOf('text');
    expect(await runLine(directory, command)).toBe(printed);
    const entry = pathToFileURL(path.join(root, 'src/index.ts')).href;
    const file = path.join(directory, 'program.ts');
    writeFileSync(file, (textsOf('ts')[0] ?? '').replace("'agent-engine'", `'${entry}'`));
    expect(await nodeIn(directory, [file])).toBe(printedByProgram);
  });

  it('lists every point with what may be answered there', () => {
    const rows = [...page.matchAll(/^\| `(?<point>\w+)` +\|.*\| (?<verdicts>[^|]*)\|$/gmu)].map(({ groups }) => [
      groups?.['point'],
      [...(groups?.['verdicts'] ?? '').matchAll(/`(veto|replaceInput|replaceOutput|addOverride)`/gu)].map(
        ([, kind]) => kind,
      ),
    ]);
    expect(Object.fromEntries(rows)).toEqual(hookPoints);
  });

  it('names only files that are there', () => {
    const missing = linkedFiles(page).filter((target) => !existsSync(path.join(root, 'docs', target)));
    expect(missing).toEqual([]);
  });
});
