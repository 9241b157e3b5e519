import { renderToString } from 'react-dom/server';
import { createActor, waitFor } from 'xstate';
import { describe, expect, it } from 'vitest';
import { App } from '../src/app.tsx';
import { exampleInput, workflowText } from '../src/manifests.ts';
import { openWorkflow } from '../src/open-workflow.ts';
import { SavedTask } from '../src/saved-task.ts';
import { provideStages, type TaskValues } from '../src/stage-work.ts';

interface Taken {
  /** Between two pieces of an answer. */
  readonly paceMs: number;
  /** Has the task been taken far enough? */
  readonly until: (status: string, values: TaskValues) => boolean;
}

/** Runs the task on the server as far as wanted, and writes it down as the page would. */
async function takeTask({ paceMs, until }: Taken): Promise<SavedTask> {
  const { workflow } = openWorkflow(workflowText);
  if (workflow === undefined) throw new Error('The workflow of the example does not compile.');
  const values: TaskValues = { input: exampleInput, stages: {}, failures: {} };
  const logic = provideStages({ workflow, values, paceMs });
  const actor = createActor(logic, { input: { seed: 'page', maxParallel: 4, paused: false } });
  actor.start();
  await waitFor(actor, ({ status }) => until(status, values));
  const snapshot = actor.getPersistedSnapshot();
  actor.stop();
  return SavedTask.parse(JSON.parse(JSON.stringify({ manifest: workflowText, values, snapshot })));
}

const render = (saved?: SavedTask): string =>
  renderToString(<App paceMs={0} save={() => undefined} {...(saved !== undefined && { saved })} />);

const statesIn = (html: string): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/data-node="(\w+)" data-state="(\w+)"/gu)].map(([, node = '', state = '']) => [node, state]),
  );

describe('the example page, rendered on a server', () => {
  it('shows a task that is over as it ended, with its output', async () => {
    const html = render(await takeTask({ paceMs: 0, until: (status) => status === 'done' }));
    expect(html).toContain('data-verdict="completed"');
    expect(html).toMatch(/aria-label="The result".*Key words: /su);
    expect(statesIn(html)).toEqual({
      check: 'done',
      read: 'done',
      summary: 'done',
      keywords: 'done',
      together: 'done',
      card: 'done',
      done: 'done',
      too_short: 'skipped',
      failed: 'skipped',
    });
  });

  it('shows a task in the middle as it stands, and does nothing for it', async () => {
    const saved = await takeTask({ paceMs: 10 ** 8, until: (_status, values) => 'read' in values.stages });
    const before = structuredClone(saved.values);
    const states = statesIn(render(saved));
    expect({ read: states['read'], summary: states['summary'], together: states['together'] }).toEqual({
      read: 'done',
      summary: 'running',
      together: 'idle',
    });
    expect(saved.values).toEqual(before);
  });

  it('shows the nodes where there is no task', () => {
    const html = render();
    expect(html).toContain('Not begun');
    expect(new Set(Object.values(statesIn(html)))).toEqual(new Set(['idle']));
  });
});
