import { describe, expect, it } from 'vitest';
import { routeTask } from '../../../src/engine/routing.ts';
import type { RouteRequest } from '../../../src/services/index.ts';
import { openDirectory, openProject, type OpenEngine, type TestProject } from '../../support/engine-fixture.ts';

async function openRoutes(): Promise<OpenEngine> {
  return openProject(
    {
      workflow: { nodes: [{ id: 'work', type: 'transform', output: 1 }] },
      pipelines: {
        pipelines: {
          plain: { entry: 'work', ends: ['work'] },
          urgent: { entry: 'work', ends: ['work'], tags: ['urgent'] },
          both: { entry: 'work', ends: ['work'], tags: ['urgent', 'large'], priority: -5 },
          chatty: { entry: 'work', ends: ['work'], modes: ['chat'], priority: 5 },
          also_plain: { entry: 'work', ends: ['work'] },
        },
      },
    },
    { host: 'memory' },
  );
}

describe('the pipeline of a task', () => {
  it.each<[RouteRequest, string]>([
    [{ mode: 'normal', tags: ['urgent', 'large', 'other'] }, 'both'],
    [{ mode: 'normal', tags: ['urgent'] }, 'urgent'],
    [{ mode: 'chat', tags: [] }, 'chatty'],
    [{ mode: 'chat', tags: ['urgent'] }, 'urgent'],
    [{ mode: 'analysis_only', tags: [] }, 'also_plain'],
    [{ mode: 'normal', tags: [], pipeline: 'plain' }, 'plain'],
  ])('is the one that fits best: %o', async (request, chosen) => {
    const { engine } = await openRoutes();
    expect(routeTask(engine.compiled, request).chosen).toBe(chosen);
  });

  it('comes with the reason and with those that would have fitted', async () => {
    const { engine } = await openRoutes();
    expect(routeTask(engine.compiled, { mode: 'analysis_only', tags: ['urgent'] })).toEqual({
      at: 'task',
      kind: 'pipeline',
      candidates: [
        { id: 'also_plain', behind: 'tags 0 against 1' },
        { id: 'both', refusal: 'the task lacks the tags large' },
        { id: 'chatty', refusal: 'mode "analysis_only" is not among chat' },
        { id: 'plain', behind: 'tags 0 against 1' },
        { id: 'urgent' },
      ],
      chosen: 'urgent',
      rule: 'pipeline.tags',
      reason: 'Of 3 that fit it comes first by tags (1).',
      overrides: [],
    });
    expect(routeTask(engine.compiled, { mode: 'dry_run', tags: [], pipeline: 'plain' }).reason).toBe(
      'The caller asked for it.',
    );
  });

  it('is not looked for in a mode that neither the engine nor a pipeline knows', async () => {
    const { engine } = await openRoutes();
    for (const pipeline of [{}, { pipeline: 'plain' }]) {
      expect(() => routeTask(engine.compiled, { mode: 'implement', tags: ['urgent'], ...pipeline })).toThrow(
        expect.objectContaining({
          code: 'TASK_MODE_UNKNOWN',
          message: 'There is no mode "implement".',
          hint: 'Use one of "normal", "analysis_only", "dry_run", "chat".',
          details: { known: ['normal', 'analysis_only', 'dry_run', 'chat'] },
        }),
      );
    }
  });

  it('has to be there when it is asked for by name', async () => {
    const { engine } = await openRoutes();
    await expect(engine.createTask({ input: 'go', pipeline: 'urgent' })).rejects.toMatchObject({
      code: 'ROUTING_NO_PIPELINE',
      hint: 'Give the task another mode, other tags or another pipeline.',
    });
  });

  it.each([
    ['urgnt', 'Did you mean "urgent"?'],
    ['nothing', 'Use one of: plain, urgent, both, chatty, also_plain.'],
  ])('is named when there is none by the name %s', async (pipeline, hint) => {
    const { engine } = await openRoutes();
    await expect(engine.createTask({ input: 'go', pipeline })).rejects.toMatchObject({
      code: 'ROUTING_NO_PIPELINE',
      message: `The project has no pipeline "${pipeline}".`,
      hint,
    });
  });
});

const scored: TestProject = {
  workflow: { nodes: [{ id: 'work', type: 'transform', output: 1 }] },
  pipelines: {
    pipelines: {
      short: { entry: 'work', ends: ['work'] },
      long: { entry: 'work', ends: ['work'], score: 'size(input.files) + size(task.tags)' },
    },
  },
};

describe('the score of a pipeline', () => {
  it.each([
    [{ files: ['a', 'b'] }, 'long', 'Of 2 that fit it comes first by score (3).'],
    [{ topic: 'a' }, 'short', /^Of 2 that fit it comes first by score \(0\)\. The score of "long" counts as lowest: /u],
  ])('is worked out for the task at hand: %o', async (input, pipeline, reason) => {
    const { engine } = await openProject(scored, { host: 'memory' });
    const { routing, ...task } = await engine.createTask({ input, tags: ['new'] });
    expect(task.pipeline).toBe(pipeline);
    expect(routing.map((decision) => decision.rule)).toEqual(['pipeline.score']);
    expect(routing[0]?.reason).toMatch(reason);
  });
});

it('keeps the choice of its pipeline with a task, for whoever opens it later', async () => {
  const { engine, clock, directory, events } = await openProject(scored, { host: 'local' });
  const { routing } = await engine.createTask({ input: { files: ['a'] }, id: 'task' });
  await clock.outcomeOf(engine.runTask('task'));
  expect(events.flatMap((event) => (event.type === 'routing.decided' ? [event.data] : []))).toEqual(routing);
  const { id } = await engine.forkTask('task', { fromSeq: 1 });
  await engine.close();
  const again = await openDirectory(directory, {}, { host: 'local', clock });
  for (const task of ['task', id]) {
    expect((await again.engine.showTask(task)).routing).toEqual([
      {
        at: 'task',
        kind: 'pipeline',
        candidates: [{ id: 'long' }, { id: 'short', behind: 'score 0 against 1' }],
        chosen: 'long',
        rule: 'pipeline.score',
        reason: 'Of 2 that fit it comes first by score (1).',
        overrides: [],
      },
    ]);
  }
});
