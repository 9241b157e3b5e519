import { expect, it } from 'vitest';
import { createMemorySink } from '../../../src/index.ts';
import { openProject } from '../../support/engine-fixture.ts';

it('an engine sends its events to a sink until that is taken away', async () => {
  const { engine, events } = await openProject(
    { workflow: { nodes: [{ id: 'a', type: 'transform', output: 1 }] } },
    { host: 'memory' },
  );
  const sink = createMemorySink(100);
  const remove = engine.addSink(sink);
  await engine.runOne('go');
  const heard = [...events];
  remove();
  await engine.runOne('go');
  expect([sink.events(), events.length]).toEqual([heard, heard.length * 2]);
});
