import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { markdownBlocks, type MarkdownBlock } from '../../support/markdown-blocks.ts';
import { linkedFiles, root, runLine, writeProjects } from './page-projects.ts';

const page = readFileSync(path.join(root, 'docs/first-workflow.md'), 'utf8');
const blocks = markdownBlocks(page);
const directory = mkdtempSync(path.join(os.tmpdir(), 'first-workflow-page-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Follows the page as a reader does: writes each file where it stands, types each command; gives what was printed. */
async function follow(steps: readonly MarkdownBlock[]): Promise<readonly string[]> {
  const printed: string[] = [];
  for (const block of steps) {
    if (block.language === 'sh') printed.push(await runLine(directory, block.text.trim()));
    else writeProjects(directory, [block]);
  }
  return printed;
}

const textOf = (language: string): string => blocks.find((block) => block.language === language)?.text ?? '';

describe('docs/first-workflow.md', () => {
  it('shows what its commands print, one after the other', async () => {
    const printed = await follow(blocks);
    const shown = blocks.flatMap(({ language, text }, index) =>
      language === 'text' && blocks[index - 1]?.language === 'sh' ? [text] : [],
    );
    expect(printed.length).toBe(4);
    expect(printed).toEqual(shown);
  });

  it('shows the picture of what its reader has made', async () => {
    expect(textOf('mermaid')).toBe(await runLine(directory, 'npm run -s agent-engine -- diagram expenses'));
  });

  it('shows what is said of the mistake that it names', async () => {
    const file = path.join(directory, 'expenses/workflow.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('to: pay,', 'to: pya,'));
    const said = await runLine(directory, 'npm run -s agent-engine -- validate expenses').catch((error: unknown) =>
      error instanceof Error && 'stdout' in error ? error.stdout : '',
    );
    const shown = blocks.find(({ text }) => text.startsWith('error '))?.text ?? 'nothing';
    expect(said).toContain(shown);
  });

  it('names only files that are there', () => {
    const missing = linkedFiles(page).filter((target) => !existsSync(path.join(root, 'docs', target)));
    expect(missing).toEqual([]);
  });
});
