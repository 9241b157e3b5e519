import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { linkedFiles, nodeIn, root } from './page-projects.ts';

const page = readFileSync(path.join(root, 'docs/patterns.md'), 'utf8');
const blocks = markdownBlocks(page);
const directory = mkdtempSync(path.join(os.tmpdir(), 'patterns-page-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const textsOf = (language: string): readonly string[] =>
  blocks.filter((block) => block.language === language).map(({ text }) => text);

const source = (file: string): string => pathToFileURL(path.join(root, 'src', file)).href;

describe('docs/patterns.md', () => {
  it.each(textsOf('ts').map((program, index) => [index, program] as const))(
    'shows what program %i prints',
    async (index, program) => {
      const text = program
        .replace("'agent-engine'", `'${source('index.ts')}'`)
        .replace("'agent-engine/patterns'", `'${source('patterns/index.ts')}'`);
      const file = path.join(directory, `program-${index}.ts`);
      writeFileSync(file, text);
      expect(await nodeIn(directory, [file])).toBe(textsOf('text')[index]);
    },
  );

  it('names only files that are there', () => {
    const missing = linkedFiles(page).filter((target) => !existsSync(path.join(root, 'docs', target)));
    expect(missing).toEqual([]);
  });
});
