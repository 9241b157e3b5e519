import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EvalsFile } from '../../../src/manifest/index.ts';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { linkedFiles, nodeIn, root, writeProjects } from './page-projects.ts';
import { cli } from '../../e2e/cli-call.ts';

const page = readFileSync(path.join(root, 'docs/evals.md'), 'utf8');
const blocks = markdownBlocks(page);
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'evals-page-'));
  writeProjects(directory, blocks);
  const replies = blocks.find(({ text }) => text.startsWith('replies:'));
  writeFileSync(path.join(directory, 'desk/clerk.yaml'), replies?.text ?? '');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const textsOf = (language: string): readonly string[] =>
  blocks.filter((block) => block.language === language).map(({ text }) => text);

/** Another word in what every prompt says makes other numbers. */
function withoutAmounts(text: string): string {
  return text.replaceAll(/\$[\d.]+|[\d,]+ tokens/gu, 'N');
}

async function printedBy(commands: string): Promise<string> {
  let printed = '';
  for (const line of commands.trim().split('\n')) {
    const words = line.replace('npm run -s agent-engine -- ', '').split(' ');
    printed += (await cli(words, { cwd: directory })).stdout;
  }
  return printed;
}

describe('docs/evals.md', () => {
  it('shows what its commands print', async () => {
    const printed: string[] = [];
    for (const commands of textsOf('sh')) printed.push(await printedBy(commands));
    expect(printed.map(withoutAmounts)).toEqual(textsOf('text').map(withoutAmounts));
  });

  it('shows a program that runs', async () => {
    const testing = pathToFileURL(path.join(root, 'src/testing/index.ts')).href;
    const [program = ''] = textsOf('ts');
    writeFileSync(path.join(directory, 'program.ts'), program.replace('agent-engine/testing', testing));
    expect(await nodeIn(directory, ['program.ts'])).toBe(
      '[]\n[]\nletters/hours passed\n<?xml version="1.0" encoding="UTF-8"?> true\n',
    );
  });

  it('names every field of cases, and files that are there', () => {
    const named = new Set(page.match(/\w+/gu));
    expect(fieldsIn(z.toJSONSchema(EvalsFile)).filter((field) => !named.has(field))).toEqual([]);
    expect(linkedFiles(page).filter((target) => !existsSync(path.join(root, 'docs', target)))).toEqual([]);
  });
});

function fieldsIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own =
    'properties' in schema && typeof schema.properties === 'object' ? Object.keys(schema.properties ?? {}) : [];
  return [...own.filter((field) => field !== '$schema'), ...Object.values(schema).flatMap(fieldsIn)];
}
