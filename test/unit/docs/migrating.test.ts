import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadProject } from '../../../src/index.ts';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { linkedFiles, nodeIn, root, runLine, writeProjects } from './page-projects.ts';

const page = readFileSync(path.join(root, 'docs/migrating-from-langgraph.md'), 'utf8');
const blocks = markdownBlocks(page);
const directory = mkdtempSync(path.join(os.tmpdir(), 'migrating-page-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const textsOf = (language: string): readonly string[] =>
  blocks.filter((block) => block.language === language).map(({ text }) => text);

describe('docs/migrating-from-langgraph.md', () => {
  it('shows what its commands and its program print', async () => {
    expect(writeProjects(directory, blocks)).toEqual(['thread']);
    expect((await loadProject(path.join(directory, 'thread'))).problems).toEqual([]);
    const [run = '', ...others] = textsOf('sh');
    const code = await runLine(directory, run).then(
      () => 0,
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined),
    );
    expect(code).toBe(3);
    const printed: string[] = [];
    for (const line of others) printed.push(await runLine(directory, line));
    const entry = pathToFileURL(path.join(root, 'src/index.ts')).href;
    const file = path.join(directory, 'program.ts');
    writeFileSync(file, (textsOf('ts')[0] ?? '').replace("'agent-engine'", `'${entry}'`));
    printed.push(await nodeIn(directory, [file]));
    expect(printed).toEqual(textsOf('text'));
  });

  it('names only files that are there', () => {
    const missing = linkedFiles(page).filter((target) => !existsSync(path.join(root, 'docs', target)));
    expect(missing).toEqual([]);
  });
});
