import { describe, expect, it } from 'vitest';
import type { EngineEvent, TaskOptions, TaskResult } from '../../../../src/index.ts';
import { openProject, type OpenEngine } from '../../../support/engine-fixture.ts';
import { overrideProject } from '../../../support/override-project.ts';

const outputs = ({ trace }: TaskResult): unknown =>
  Object.fromEntries(trace.map(({ stage, output }) => [stage, output]));

const told = ({ events }: OpenEngine): readonly unknown[] =>
  events.flatMap(({ type, data }: EngineEvent) => (type.startsWith('override.') ? [{ type, ...data }] : []));

const model = (name: string, more: object): object => ({ kind: 'model', payload: { model: name }, ...more });

const analysis = { pipeline: 'analysis' };

async function run(
  opened: OpenEngine,
  overrides: TaskOptions['overrides'],
  options: Omit<TaskOptions, 'input' | 'overrides'> = {},
): Promise<TaskResult> {
  return opened.engine.runOne('Do it.', { id: 'task', ...(overrides !== undefined && { overrides }), ...options });
}

describe('an override of a model', () => {
  it('has all agents ask another model', async () => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    expect(outputs(await run(opened, ['model=small'], analysis))).toEqual({ plan: 'small', look: 'small' });
    expect(told(opened)).toEqual([
      {
        type: 'override.applied',
        override: 'override-1',
        kind: 'model',
        scope: 'task',
        severity: 'enforce',
        from: 'caller',
      },
    ]);
    expect((await opened.engine.showTask('task')).overrides?.applied).toEqual([
      {
        spec: { id: 'override-1', scope: 'task', severity: 'enforce', kind: 'model', payload: { model: 'small' } },
        source: { from: 'caller' },
      },
    ]);
  });

  it.each([
    ['an agent', 'model.writer=small'],
    ['a node', 'model.look=small'],
  ])('has %s ask another model, and no other', async (_, form) => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    expect(outputs(await run(opened, [form], analysis))).toEqual({ plan: 'big', look: 'small' });
  });

  it('goes by the node before the agent before all, unless the latter is enforced and the others are hints', async () => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    const specific = [model('small', {}), model('big', { target: 'writer' })];
    expect(outputs(await run(opened, specific, analysis))).toEqual({ plan: 'small', look: 'big' });
    const enforced = [model('small', {}), model('big', { target: 'writer', severity: 'hint' })];
    expect(outputs(await run(opened, enforced, { ...analysis, id: 'other' }))).toEqual({
      plan: 'small',
      look: 'small',
    });
  });

  it('is refused when no manifest declares the model', async () => {
    const { engine } = await openProject(overrideProject(), { host: 'memory' });
    await expect(engine.runOne('x', { overrides: ['model=huge'] })).rejects.toMatchObject({
      code: 'TASK_OVERRIDE_INVALID',
      message: 'The overrides of the task cannot be used: "override-1" cannot hold, since there is no model "huge".',
    });
  });
});

describe('an override of the mode', () => {
  it('is the mode of the task, which keeps tools from running', async () => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    const result = await run(opened, ['mode=dry_run'], { pipeline: 'full' });
    expect([result.status, opened.calls]).toEqual(['completed', []]);
    expect((await opened.engine.showTask('task')).mode).toBe('dry_run');
  });

  it.each([['mode=normal'], ['mode=dry_run']])('never lifts a stricter mode: %s', async (form) => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    await run(opened, [form], { mode: 'analysis_only' });
    const { mode, overrides } = await opened.engine.showTask('task');
    expect([mode, overrides?.applied, overrides?.conflicts.map(({ winner, loser }) => [winner, loser])]).toEqual([
      'analysis_only',
      [],
      [['option mode', 'override-1']],
    ]);
  });

  it('removes the pipelines that reach tools which change things, when nothing may be changed', async () => {
    const specs = { ship: { consent: 'never', capabilities: ['workspace_mutation'] } };
    const opened = await openProject(overrideProject({ toolSpecs: specs }), { host: 'memory' });
    const safety = { kind: 'safety', payload: { mode: 'analysis_only' } };
    const result = await run(opened, [safety]);
    expect([result.pipeline, result.status]).toEqual(['analysis', 'completed']);
    const [decision] = (await opened.engine.showTask('task')).routing;
    expect(decision?.overrides).toEqual(['override-1']);
    expect(decision?.candidates).toEqual([
      { id: 'analysis' },
      { id: 'full', refusal: 'it reaches "ship", which changes things (override "override-1")' },
    ]);
    await expect(run(opened, [safety], { pipeline: 'full', id: 'other' })).rejects.toMatchObject({
      code: 'ROUTING_NO_PIPELINE',
    });
  });

  it('leaves a pipeline to a hint that would leave none, and the mode holds', async () => {
    const specs = { ship: { consent: 'never', capabilities: ['workspace_mutation'] } };
    const opened = await openProject(overrideProject({ toolSpecs: specs }), { host: 'memory' });
    const safety = { kind: 'safety', severity: 'hint', payload: { mode: 'analysis_only' } };
    const result = await run(opened, [safety], { pipeline: 'full' });
    expect([result.status, opened.calls]).toEqual(['completed', []]);
    const { mode, overrides } = await opened.engine.showTask('task');
    expect([mode, overrides?.refused.map(({ reason }) => reason)]).toEqual([
      'analysis_only',
      ['it is a hint, and no pipeline is without tools that change things: they do not run'],
    ]);
  });
});

describe('an override of the routing', () => {
  it('forces a pipeline', async () => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    expect((await run(opened, ['pipeline=analysis'])).pipeline).toBe('analysis');
    expect((await opened.engine.showTask('task')).routing[0]?.overrides).toEqual(['override-1']);
  });

  it.each([['enforce'], ['hint']])('fails when the pipeline that it forces is not allowed: %s', async (severity) => {
    const project = overrideProject({
      pipelines: {
        pipelines: {
          full: { entry: 'plan', ends: ['ship'], modes: ['implement'] },
          analysis: { entry: 'plan', ends: ['look'] },
        },
      },
    });
    const { engine } = await openProject(project, { host: 'memory' });
    const overrides = [{ kind: 'routing', severity, payload: { pipeline: 'full' } }, 'mode=analysis_only'];
    await expect(engine.runOne('x', { overrides })).rejects.toMatchObject({ code: 'ROUTING_NO_PIPELINE' });
  });

  it.each([['full'], ['ship']])('takes no pipeline that is, or goes through, %s', async (name) => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    expect((await run(opened, [`avoid=${name}`])).pipeline).toBe('analysis');
  });

  it('fails when everything is to be avoided, and a hint gives way', async () => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    await expect(run(opened, ['avoid=planner'])).rejects.toMatchObject({ code: 'ROUTING_NO_PIPELINE' });
    const avoid = { kind: 'routing', severity: 'hint', payload: { avoid: ['planner'] } };
    await run(opened, [avoid], { mode: 'dry_run' });
    const { overrides, pipeline } = await opened.engine.showTask('task');
    expect([pipeline, overrides?.applied, overrides?.refused.map(({ id }) => id)]).toEqual([
      'full',
      [],
      ['override-1'],
    ]);
  });
});

describe('an override of the verbosity', () => {
  it.each([
    ['verbosity=brief', ['plan', 'look']],
    ['verbosity.writer=detailed', ['look']],
    ['verbosity.plan=normal', ['plan']],
  ])('changes the prompts of those that it is for: %s', async (form, changed) => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    const prompts = (id: string): readonly unknown[] =>
      opened.events.flatMap(({ type, data, taskId, nodeId }) =>
        type === 'llm.requested' && taskId === id ? [{ node: nodeId, hash: data.promptHash }] : [],
      );
    await run(opened, undefined, { ...analysis, id: 'plain' });
    await run(opened, [form], { ...analysis, id: 'changed' });
    const [before, after] = [prompts('plain'), prompts('changed')];
    expect(after.length).toBe(2);
    expect(after.filter((_, place) => JSON.stringify(after[place]) !== JSON.stringify(before[place]))).toMatchObject(
      changed.map((node) => ({ node })),
    );
  });
});

describe('an override of permissions', () => {
  it('narrows what tools may do in the task', async () => {
    const project = overrideProject({
      engine: { permissions: { filesystem: { read: ['.'], write: ['.'] } } },
      workflow: {
        nodes: [{ id: 'write', type: 'tool', tool: 'write', arguments: { path: 'a.txt', text: 'a' } }],
        edges: [],
      },
      agents: {},
      pipelines: {},
      tools: {},
      toolSpecs: {},
      files: { 'tools.json': JSON.stringify({ tools: { write: { type: 'filesystem.write_file', root: '.' } } }) },
    });
    const opened = await openProject(project, { host: 'memory' });
    expect((await run(opened, undefined)).failures).toEqual([]);
    const none = { kind: 'safety', payload: { permissions: { filesystem: { write: [] } } } };
    const result = await run(opened, [none], { id: 'other' });
    expect(result.failures.map(({ code }) => code)).toEqual(['permission.denied']);
    const wide = { kind: 'safety', payload: { permissions: { filesystem: { write: ['/'] } } } };
    await expect(run(opened, [wide], { id: 'third' })).rejects.toMatchObject({ code: 'TASK_OVERRIDE_INVALID' });
  });
});

describe('an override of the budget', () => {
  it('lowers what the task may spend', async () => {
    const opened = await openProject(overrideProject(), { host: 'memory' });
    const result = await run(opened, ['budget.max_tokens_total=5'], analysis);
    expect([result.status, result.failures[0]?.code]).toEqual(['failed', 'budget.exceeded']);
  });
});
