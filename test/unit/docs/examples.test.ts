import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { outputText } from '../../../src/cli/text/output-text.ts';
import { exampleRuns } from '../../support/config-endings.ts';
import { configDirectory } from '../../support/config-projects.ts';
import { drawConfigs } from '../../support/draw-configs.ts';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { root } from './page-projects.ts';

const configs = drawConfigs();

const pages = Object.entries(exampleRuns).map(([example, [run]]) => {
  const text = readFileSync(path.join(configDirectory(example), 'README.md'), 'utf8');
  const blocks = markdownBlocks(text);
  const of = (language: string): string[] => blocks.filter((one) => one.language === language).map((one) => one.text);
  return { example, output: run?.ending.output, shell: of('sh'), texts: of('text'), pictures: of('mermaid') };
});

it.each(pages)('the page of $example shows its command and its pictures', async ({ example, shell, pictures }) => {
  expect(shell).toEqual([`npm run -s agent-engine -- run configs/${example}\n`]);
  const drawn = [...(await configs)].filter(([file]) => file.startsWith(`${example}.`) && file.endsWith('.mmd'));
  expect(pictures).toEqual(drawn.map(([, text]) => text));
});

const ending = pages.filter(({ output }) => output !== null);

it.each(ending)('the page of $example shows what comes out', ({ output, texts }) => {
  expect(texts).toEqual([outputText(output)]);
});

it('is in a table of the README, each example and each pattern', () => {
  const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  const listed = [...readme.matchAll(/^\| \[(?<name>\w+)\]\(configs\/(?<place>\w+\/\w+)\)/gmu)];
  const names = listed.map(({ groups }) => `${groups?.['name']}, ${groups?.['place']}`);
  expect(names.toSorted()).toEqual(pages.map(({ example }) => `${path.basename(example)}, ${example}`).toSorted());
});
