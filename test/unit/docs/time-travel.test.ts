import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { linkedFiles, nodeIn, root, writeProjects } from './page-projects.ts';

const page = readFileSync(path.join(root, 'docs/time-travel.md'), 'utf8');
const blocks = markdownBlocks(page);
const directory = mkdtempSync(path.join(os.tmpdir(), 'time-travel-page-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function textOf(language: string): string {
  return blocks.find((block) => block.language === language)?.text ?? '';
}

describe('docs/time-travel.md', () => {
  it('shows what its program prints', async () => {
    writeProjects(directory, blocks);
    const entry = pathToFileURL(path.join(root, 'src/index.ts')).href;
    const file = path.join(directory, 'travel.ts');
    writeFileSync(file, textOf('ts').replace("'agent-engine'", `'${entry}'`));
    expect(await nodeIn(directory, [file])).toBe(textOf('text'));
  });

  it('names only files that are there', () => {
    const missing = linkedFiles(page).filter((target) => !existsSync(path.join(root, 'docs', target)));
    expect(missing).toEqual([]);
  });
});
