import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { linkedFiles, nodeIn, root, writeProjects } from './page-projects.ts';

const page = readFileSync(path.join(root, 'docs/compatibility.md'), 'utf8');
const blocks = markdownBlocks(page);
const agents = { agents: { reader: { prompt: 'Read.' }, writer: { prompt: 'Write.' } } };
const tools = { tools: { list_figures: { type: 'filesystem.list', root: '.' }, publish: { type: 'registered' } } };
const engine = { engine: { name: 'report', permissions: { filesystem: { read: ['.'] } } } };
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'compatibility-page-'));
  for (const project of writeProjects(directory, blocks)) {
    for (const [kind, manifest] of Object.entries({ agents, tools, engine }))
      writeFileSync(path.join(directory, project, `${kind}.json`), JSON.stringify(manifest));
  }
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function textOf(language: string): string {
  return blocks.find((block) => block.language === language)?.text ?? '';
}

describe('docs/compatibility.md', () => {
  it('shows what its program prints', async () => {
    const entry = pathToFileURL(path.join(root, 'src/index.ts')).href;
    const file = path.join(directory, 'compare.ts');
    writeFileSync(file, textOf('ts').replace("'agent-engine'", `'${entry}'`));
    expect(await nodeIn(directory, [file])).toBe(textOf('text'));
  });

  it('names only files that are there', () => {
    const missing = linkedFiles(page).filter((target) => !existsSync(path.join(root, 'docs', target)));
    expect(missing).toEqual([]);
  });
});
