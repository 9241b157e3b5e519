import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { drawingModel, toMermaid } from '../../../src/diagram/index.ts';
import { loadProject } from '../../../src/index.ts';
import { markdownBlocks, type MarkdownBlock } from '../../support/markdown-blocks.ts';
import { linkedFiles, nodeIn, root, runLine, writeProjects } from './page-projects.ts';

const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const blocks = markdownBlocks(readme);
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'readme-'));
  writeProjects(directory, blocksOf('yaml'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function blocksOf(language: string): readonly MarkdownBlock[] {
  return blocks.filter((block) => block.language === language);
}

describe('README', () => {
  it('shows the output that its first command gives', async () => {
    const [command] = blocksOf('sh');
    const [output] = blocksOf('text');
    expect(await runLine(directory, command?.text ?? '')).toBe(output?.text);
  });

  it('shows the picture of its first workflow', async () => {
    const { compiled, problems } = await loadProject(path.join(directory, 'support'));
    expect(problems).toEqual([]);
    expect(compiled === undefined ? '' : toMermaid(drawingModel(compiled))).toBe(blocksOf('mermaid')[0]?.text);
  });

  it.each(blocksOf('ts').map((block, index) => [index, block] as const))(
    'prints what it says with program %i',
    async (index, { text, after }) => {
      const entry = pathToFileURL(path.join(root, 'src/index.ts')).href;
      const file = path.join(directory, `program-${index}.ts`);
      writeFileSync(file, text.replace("'agent-engine'", `'${entry}'`));
      const said = [...readme.slice(readme.indexOf(text)).matchAll(/^This prints `(?<said>[^`]+)`/gmu)];
      expect(after).toMatch(/^(?:This prints|with )/u);
      expect(await nodeIn(directory, [file])).toBe(`${said[0]?.groups?.['said'] ?? ''}\n`);
    },
  );

  it('has a head over each table', () => {
    const lines = readme.split('\n');
    const headless = lines.filter((line, index) => /^\|[ |:-]+$/u.test(line) && !lines[index - 1]?.startsWith('|'));
    expect(headless).toEqual([]);
  });

  it('names only files that are there', () => {
    const missing = linkedFiles(readme).filter((target) => !existsSync(path.join(root, target)));
    expect(missing).toEqual([]);
  });

  it('names only commands that are there', async () => {
    const scripts = Object.keys(readPackage().scripts);
    const named = [...readme.matchAll(/npm run (?:-s )?(?<script>[\w:-]+)/gu)].map(({ groups }) => groups?.['script']);
    expect(named.filter((script = '') => !scripts.includes(script))).toEqual([]);
    const help = await nodeIn(root, ['bin/agent-engine.js', '--help']);
    const verbs = [...readme.matchAll(/`agent-engine (?<verb>\w+)/gu)].map(({ groups }) => groups?.['verb'] ?? '');
    expect(verbs.filter((verb) => !new RegExp(`^ {2}${verb}\\b`, 'mu').test(help))).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  it('has a row for each runtime dependency and for no other package', () => {
    const page = readFileSync(path.join(root, 'docs/dependencies.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `(?<name>[^`]+)`/gmu)].map(({ groups }) => groups?.['name'] ?? '');
    expect(rows.toSorted()).toEqual(Object.keys(readPackage().dependencies).toSorted());
  });
});

const PackageFile = z.object({
  scripts: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
});

function readPackage(): z.infer<typeof PackageFile> {
  return PackageFile.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
}
