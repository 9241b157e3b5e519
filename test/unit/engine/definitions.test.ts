import { describe, expect, it } from 'vitest';
import { makeRunnable } from '../../../src/engine/definition.ts';
import { openDirectory, openProject } from '../../support/engine-fixture.ts';
import { writeProject, type ProjectParts } from '../../support/project-fixture.ts';

const saying = (text: string): ProjectParts => ({
  workflow: {
    nodes: [
      { id: 'work', type: 'tool', tool: 'work' },
      { id: 'say', type: 'transform', output: `${text}: \${{ output }}` },
    ],
    edges: [{ from: 'work', to: 'say' }],
  },
  tools: { work: { type: 'registered' } },
});

function noChart(): never {
  throw new Error('The chart was made.');
}

describe('a task', () => {
  it('goes on with the manifests it began with, whatever the directory holds by then', async () => {
    const hang = { work: () => Promise.withResolvers<string>().promise };
    const first = await openProject({ workflow: saying('old').workflow, tools: hang }, { host: 'local' });
    const { clock, directory } = first;
    const running = first.engine.runOne('go', { id: 'begun' }).catch(() => undefined);
    await clock.until(() => first.calls.length === 1);
    await first.engine.createTask({ input: 'go', id: 'waiting' });
    await first.engine.close();
    await running;

    writeProject(directory, saying('new'));
    const tools = { work: () => 'worked' };
    const { engine } = await openDirectory(directory, tools, { host: 'local', clock });
    const fresh = await engine.runOne('go', { id: 'fresh' });
    const results = [await engine.resumeTask('begun'), await engine.runTask('waiting'), fresh];
    expect(results.map(({ output }) => output)).toEqual(['old: worked', 'old: worked', 'new: worked']);
    const views = await Promise.all(['begun', 'waiting', 'fresh'].map((id) => engine.showTask(id)));
    const [begun, waiting, latest] = views.map(({ definition }) => definition);
    expect([begun === waiting, begun === latest]).toEqual([true, false]);
  });

  it('of older manifests that is at rest can be cancelled', async () => {
    const tools = { work: () => 'worked' };
    const first = await openProject({ workflow: saying('old').workflow, tools }, { host: 'local' });
    const { directory } = first;
    await first.engine.createTask({ input: 'go', id: 'waiting' });
    await first.engine.runOne('go', { id: 'over' });
    await first.engine.close();
    writeProject(directory, saying('new'));
    const { engine } = await openDirectory(directory, tools, { host: 'local' });
    expect((await engine.cancelTask('waiting')).status).toBe('cancelled');
    await expect(engine.cancelTask('over')).rejects.toMatchObject({ message: 'Task "over" is over.' });
    await expect(engine.resumeTask('over')).rejects.toMatchObject({ code: 'TASK_ALREADY_OVER' });
  });

  it('is stepped without its chart, which takes long to lay out and to step', async () => {
    const tools = { work: () => 'worked' };
    const { compiled } = (await openProject({ workflow: saying('a').workflow, tools }, { host: 'memory' })).engine;
    const pipelines = new Map([...compiled.pipelines].map(([id, pipeline]) => [id, { ...pipeline, chart: noChart }]));
    const { core, maxParallel } = makeRunnable({ ...compiled, pipelines }, 'main');
    const { effects } = core.stepper.init({ seed: 'task 1', maxParallel, paused: false });
    expect(effects).toEqual([{ kind: 'start', node: 'work' }]);
  });
});

describe('the hash of manifests', () => {
  it('is the same for equal manifests in different directories and formats', async () => {
    const tools = { work: () => 1 };
    const engines = await Promise.all(
      [1, 2].map(() => openProject({ workflow: saying('a').workflow, tools }, { host: 'memory' })),
    );
    const other = await openProject({ workflow: saying('b').workflow, tools }, { host: 'memory' });
    const hashes = await Promise.all(
      [...engines, other].map(async ({ engine }) => (await engine.createTask({ input: 'go' })).definition),
    );
    expect(hashes.map((hash) => hash === hashes[0])).toEqual([true, true, false]);
  });
});
