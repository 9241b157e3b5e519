import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { Engine } from '../../../src/index.ts';
import { inspectWith } from '../../../src/inspect/index.ts';
import { configDirectory } from '../../support/config-projects.ts';
import { openRelay, type Received } from '../../support/inspect-relay.ts';

const Context = z.object({ task: z.string(), stages: z.record(z.string(), z.string()) });

/** How each task was last shown. */
function lastShown(received: readonly Received[]): ReadonlyMap<string, Received['snapshot']> {
  const shown = new Map<string, Received['snapshot']>();
  for (const { type, snapshot } of received) {
    const context = Context.safeParse(snapshot?.context);
    if (type === '@xstate.snapshot' && context.success) shown.set(context.data.task, snapshot);
  }
  return shown;
}

const examples = ['prompt_chain', 'routing', 'parallel_sections', 'orchestrator', 'researcher'].map(
  (name) => `examples/${name}`,
);

it.each([...examples, 'patterns/committee', 'patterns/reviewer_loop'])(
  'shows the task of %s, and those below it, in the end as they ended',
  async (name) => {
    const relay = await openRelay();
    const engine = await Engine.fromConfigDir(configDirectory(name), { host: 'memory' });
    onTestFinished(() => engine.close());
    const started = new Set<string>();
    engine.events$.subscribe(({ type, taskId }) => {
      if (type === 'task.started') started.add(taskId);
    });
    await inspectWith(engine, { url: relay.url });
    const { trace } = await engine.runOne('Owls hunt at night. Write about their feathers.', {
      id: 'first',
      mode: 'dry_run',
    });
    await engine.close();
    await relay.until((received) => {
      const shown = lastShown(received);
      return shown.size === started.size && [...shown.values()].every((snapshot) => snapshot?.status === 'done');
    });
    const { stages } = Context.parse(lastShown(relay.received()).get('first')?.context);
    const ended = trace.map(({ node, status }) => [node, status] as const);
    expect(Object.fromEntries(ended.map(([node]) => [node, stages[node]]))).toEqual(Object.fromEntries(ended));
  },
);
