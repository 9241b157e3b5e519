import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { linkedFiles, nodeIn, root, runLine } from './page-projects.ts';

const page = readFileSync(path.join(root, 'docs/diagrams.md'), 'utf8');
const blocks = markdownBlocks(page);
const directory = mkdtempSync(path.join(os.tmpdir(), 'diagrams-'));
const example = 'configs/examples/orchestrator';

const textOf = (name: string): string => readFileSync(path.join(directory, name), 'utf8');
const addressOf = (file: string): string => pathToFileURL(path.join(root, file)).href;
const drawn = (theme: string): string =>
  readFileSync(path.join(root, `visualizations/examples/orchestrator.${theme}.svg`), 'utf8');

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('docs/diagrams.md', () => {
  beforeAll(async () => {
    cpSync(path.join(root, example), path.join(directory, example), { recursive: true });
    const lines = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trim().split('\n'));
    for (const line of lines) await runLine(directory, line);
  }, 60_000);

  it('draws with its first command the picture that it shows', () => {
    expect(textOf('orchestrator.svg')).toBe(drawn('light'));
    expect(page).toContain('../visualizations/examples/orchestrator.light.svg');
  });

  it('draws with its commands a task that went well, and a coverage without gaps', () => {
    expect(textOf('run.svg')).toMatch(/data-node="leaflet" data-state="finished"/u);
    expect(textOf('coverage.svg')).toContain('covered: 11 of 11 nodes, 13 of 13 edges');
  });

  it('shows a program that draws the same', async () => {
    const program = blocks.find(({ language }) => language === 'js');
    const text = program?.text
      .replace("'agent-engine'", `'${addressOf('src/index.ts')}'`)
      .replace("'agent-engine/diagram'", `'${addressOf('src/diagram/index.ts')}'`);
    writeFileSync(path.join(directory, 'program.mjs'), text ?? '');
    await nodeIn(directory, ['program.mjs']);
    expect(textOf('file.svg')).toBe(drawn('dark'));
    expect(textOf('page.html')).toMatch(/^<!doctype html><style>[^]+<svg [^]+<\/svg>\n$/u);
  });

  it('names every option of the command', async () => {
    const help = await runLine(directory, 'npm run -s agent-engine -- diagram --help');
    const options = [...help.matchAll(/^ {2}(?:-\w, )?(--\w+)/gmu)].map(([, option = '']) => option);
    const general = new Set(['--help', '--project']);
    expect(options.length).toBeGreaterThan(8);
    expect(options.filter((option) => !general.has(option) && !page.includes(`\`${option}`))).toEqual([]);
  });

  it('links to files that are there', () => {
    expect(linkedFiles(page).filter((target) => !existsSync(path.join(root, 'docs', target)))).toEqual([]);
  });
});
