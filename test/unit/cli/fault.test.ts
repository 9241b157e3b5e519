import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { faultOf } from '../../../src/cli/fault.ts';
import { EngineError } from '../../../src/errors/index.ts';

it('tells errors of the engine as they are', () => {
  const error = new EngineError('TASK_NOT_FOUND', 'There is no task "one".', { hint: 'List them.' });
  expect(faultOf(error)).toEqual({
    code: 'TASK_NOT_FOUND',
    message: 'There is no task "one".',
    hint: 'List them.',
    exitCode: 1,
  });
  expect(faultOf(new EngineError('HOST_USAGE', 'There is no request.'))).toEqual({
    code: 'HOST_USAGE',
    message: 'There is no request.',
    exitCode: 2,
  });
});

it('makes sentences of what the reader of the command line says', () => {
  const error = new CommanderError(
    1,
    'commander.unknownOption',
    "error: unknown option '--jsn'\n(Did you mean --json?)",
  );
  expect(faultOf(error)).toEqual({
    code: 'HOST_USAGE',
    message: 'Unknown option "--jsn".',
    hint: 'Did you mean --json?',
    exitCode: 2,
  });
});

it.each([
  [new TypeError('x is not a function'), 'x is not a function'],
  ['a string', 'a string'],
  [undefined, 'undefined'],
])('takes anything else for a bug: %s', (thrown, reason) => {
  expect(faultOf(thrown)).toEqual({
    code: 'ENGINE_BUG',
    message: `Something happened that should not: ${reason}`,
    hint: 'Run it again with --debug, and report what it prints.',
    exitCode: 1,
  });
});
