import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { canAsk, confirm } from '../../../src/cli/confirm.ts';
import type { CliContext } from '../../../src/cli/context.ts';
import { keptOutput } from './output.ts';

type Asking = Pick<CliContext, 'stdin' | 'stderr'> & { readonly stderr: ReturnType<typeof keptOutput> };

function asking(said: string, isTTY = true): Asking {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  stdin.end(said);
  return { stdin, stderr: keptOutput({ isTerminal: true }) };
}

it.each([
  ['y\n', true],
  [' YES \n', true],
  ['n\n', false],
  ['yesterday\n', false],
  ['\n', false],
  ['', false],
  ['no\ny\n', false],
])('takes %j for what it is', async (said, agreed) => {
  const context = asking(said);
  expect(await confirm(context, 'Forget 2 items?')).toBe(agreed);
  expect(context.stderr.text()).toBe('Forget 2 items? [y/N] ');
});

it('asks nobody where input or output is no terminal', () => {
  expect([canAsk(asking('')), canAsk(asking('', false))]).toEqual([true, false]);
  expect(canAsk({ ...asking(''), stderr: keptOutput() })).toBe(false);
});
