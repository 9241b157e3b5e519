import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { root } from './page-projects.ts';

const blocks = markdownBlocks(readFileSync(path.join(root, 'docs/json.md'), 'utf8'));
const outputs = blocks.filter(({ language }) => language === 'text').map(({ text }) => text);
const programs = blocks.filter(({ language }) => language === 'ts').map(({ text }, index) => [index, text] as const);
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'json-page-'));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('has programs to run', () => {
  expect([programs.length, outputs.length]).toEqual([2, 2]);
});

it.each(programs)('shows what program %i of docs/json.md prints', async (index, text) => {
  const entry = pathToFileURL(path.join(root, 'src/services/json/sub-path.ts')).href;
  const file = path.join(directory, `program-${index}.mts`);
  writeFileSync(file, text.replace("'agent-engine/json'", `'${entry}'`));
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  const printed = stdout.replaceAll(/[ \t]+$/gmu, '');
  expect(printed).toBe(outputs[index]?.replaceAll(/[ \t]+$/gmu, ''));
});
