import { Engine, isEngineError } from '../../src/index.ts';

/*
 * A process of its own for the tests of how one ends: `finish` runs a task and does nothing more, `close` closes the
 * engine while the task is at work. What came of the task is printed.
 */

const [, , directory = '.', order = 'finish'] = process.argv;
const engine = await Engine.fromConfigDir(directory);
const running = engine.runOne('go').then(
  ({ status }) => status,
  (error: unknown) => (isEngineError(error) ? error.code : String(error)),
);
if (order === 'close') {
  await atWork();
  await engine.close();
}
process.stdout.write(await running);

async function atWork(): Promise<void> {
  return new Promise((resolve) => {
    engine.events$.subscribe(({ type }) => {
      if (type === 'llm.requested') resolve();
    });
  });
}
