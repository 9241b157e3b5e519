import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { helpExamples, helpNotes } from '../../../src/cli/help-examples.ts';
import { cliPage, commands, program } from '../../support/cli-page.ts';

const page = path.resolve(import.meta.dirname, '../../../docs/cli.md');

/** Words as a shell would take them, as far as examples need it. */
function wordsOf(example: string): readonly string[] {
  const words = example.replace(/^.*\bagent-engine /u, '').matchAll(/"[^"]*"|'[^']*'|\S+/gu);
  return [...words].map(([word]) => word.replaceAll(/^["']|["']$/gu, ''));
}

describe('docs/cli.md', () => {
  it('has every command, argument, option and example as the program has them', async () => {
    const expected = await format(cliPage(), { ...(await resolveConfig(page)), parser: 'markdown' });
    expect(readFileSync(page, 'utf8'), 'Run "npm run cli-docs".').toBe(expected);
  });
});

describe('the help of the command line', () => {
  it('has examples for every command, and for no other', () => {
    expect(Object.keys(helpExamples).toSorted()).toEqual(commands.map(({ path: name }) => name).toSorted());
    for (const name of Object.keys(helpNotes)) expect(Object.keys(helpExamples)).toContain(name);
  });

  it('has its examples in one place', () => {
    const repeated = commands.flatMap(({ path: name, command }) => {
      let text = '';
      command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
      return text.split('Examples:').length === 2 ? [] : [name];
    });
    expect(repeated).toEqual([]);
  });

  it('puts every command under a heading', () => {
    expect(program.helpInformation()).not.toContain('\nCommands:\n');
  });

  const examples = Object.entries(helpExamples).flatMap(([name, lines]) => lines.map((line) => ({ name, line })));
  it.each(examples)('has only options in "$line" that the command has', ({ name, line }) => {
    const words = wordsOf(line);
    expect(words.join(' ').startsWith(name)).toBe(true);
    const found = commands.findLast(({ path: each }) => `${words.join(' ')} `.startsWith(`${each} `));
    const known = new Set(found?.command.options.map(({ long }) => long));
    expect(words.filter((word) => word.startsWith('--') && !known.has(word))).toEqual([]);
  });
});
