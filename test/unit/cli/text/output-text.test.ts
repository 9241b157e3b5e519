import { expect, it } from 'vitest';
import { writeJson, writeOutput } from '../../../../src/cli/text/output-text.ts';
import { tableLines } from '../../../../src/cli/text/table.ts';
import { keptOutput } from '../output.ts';

it('writes a text as it is, and other values as YAML', () => {
  const stdout = keptOutput();
  writeOutput(stdout, 'A text.');
  writeOutput(stdout, { text: 'one\ntwo\n', list: [1, true, null] });
  writeOutput(stdout, null);
  expect(stdout.text()).toBe('A text.\ntext: |\n  one\n  two\nlist:\n  - 1\n  - true\n  - null\n');
});

it('gives a terminal nothing that could steer it, and a pipe the bytes as they are', () => {
  const terminal = keptOutput({ isTerminal: true });
  const pipe = keptOutput();
  for (const stdout of [terminal, pipe]) writeOutput(stdout, 'clear \u001B[2J');
  expect([terminal.text(), pipe.text()]).toEqual([String.raw`clear \u001b[2J` + '\n', 'clear \u001B[2J\n']);
});

it('writes JSON on one line for programs', () => {
  const stdout = keptOutput();
  writeJson(stdout, { one: [1] });
  expect(stdout.text()).toBe('{"one":[1]}\n');
});

it('lines up columns, leaves no space at the end, and cuts rows for a narrow terminal alone', () => {
  const rows = [
    [['ID'], ['STATUS']],
    [['a-long-id'], ['done'], ['remark']],
    [['b'], [''], ['']],
  ] as const;
  expect(tableLines(rows, keptOutput())).toEqual(['ID         STATUS', 'a-long-id  done    remark', 'b']);
  expect(tableLines(rows, keptOutput({ isTerminal: true, columns: 16 }))).toEqual([
    'ID         STA…',
    'a-long-id  done',
    'b',
  ]);
});
