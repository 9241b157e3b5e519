import { describe, expect, it } from 'vitest';
import type { TaskResult } from '../../../../src/index.ts';
import { openDirectory, openProject } from '../../../support/engine-fixture.ts';
import { overrideProject } from '../../../support/override-project.ts';

const analysis = { pipeline: 'analysis' };
const outputs = ({ trace }: TaskResult): unknown =>
  Object.fromEntries(trace.map(({ stage, output }) => [stage, output]));

describe('overrides in the journal', () => {
  it('are the same after a restart, in a replay and in a fork', async () => {
    const project = overrideProject();
    const first = await openProject(project, { host: 'local' });
    await first.engine.createTask({
      input: 'x',
      id: 'task',
      overrides: ['model=small', 'verbosity=brief'],
      ...analysis,
    });
    const { overrides } = await first.engine.showTask('task');
    await first.engine.close();
    const { engine } = await openDirectory(first.directory, project.tools ?? {}, { host: 'local' });
    expect((await engine.showTask('task')).overrides).toEqual(overrides);
    expect(outputs(await engine.runTask('task'))).toEqual({ plan: 'small', look: 'small' });
    await engine.replayTask('task');
    const fork = await engine.forkTask('task', { fromStage: 'look' });
    expect(fork.overrides).toEqual(overrides);
    expect(outputs(await engine.runTask(fork.id))).toEqual({ plan: 'small', look: 'small' });
  });
});

describe('a fork with overrides', () => {
  it('runs with them from its point on, and keeps those of its task', async () => {
    const { engine } = await openProject(overrideProject(), { host: 'local' });
    await engine.runOne('x', { id: 'task', overrides: ['verbosity=brief'], ...analysis });
    const fork = await engine.forkTask('task', { fromStage: 'look', id: 'fork', overrides: ['model=small'] });
    expect(fork.overrides?.applied.map(({ spec }) => spec.id)).toEqual(['override-1', 'fork-1']);
    expect(outputs(await engine.runTask('fork'))).toEqual({ plan: 'big', look: 'small' });
    await engine.replayTask('fork');
    expect((await engine.showTask('task')).overrides?.applied.length).toBe(1);
  });

  it('becomes stricter by an override, and laxer by its mode alone', async () => {
    const { engine } = await openProject(overrideProject(), { host: 'local' });
    await engine.runOne('x', { id: 'task', overrides: ['mode=dry_run'], pipeline: 'full' });
    const modes = async (options: object): Promise<string> => (await engine.forkTask('task', options)).mode;
    expect(await modes({ overrides: ['mode=analysis_only'] })).toBe('analysis_only');
    expect(await modes({ overrides: ['mode=normal'] })).toBe('dry_run');
    expect(await modes({ mode: 'normal' })).toBe('normal');
  });

  it('takes none about routing, since it keeps its pipeline', async () => {
    const { engine } = await openProject(overrideProject(), { host: 'local' });
    await engine.runOne('x', { id: 'task', ...analysis });
    await expect(engine.forkTask('task', { overrides: ['pipeline=full'] })).rejects.toMatchObject({
      code: 'TASK_OVERRIDE_INVALID',
    });
  });

  it('asks about what needs consent before its next stage', async () => {
    const { engine } = await openProject(overrideProject(), { host: 'local' });
    await engine.runOne('x', { id: 'task', ...analysis });
    const order = { fromStage: 'look', id: 'fork', overrides: ['budget.max_cost_usd=5'] };
    await engine.forkTask('task', order);
    expect((await engine.runTask('fork')).status).toBe('waiting');
    expect(engine.questions('fork').map(({ stage }) => stage)).toEqual(['look']);
    expect((await engine.answer('fork', 'allow')).status).toBe('completed');
    await engine.replayTask('fork');
  });

  it('goes by its own request, no longer by that of its task', async () => {
    const parsed = { engine: { ...overrideProject().engine, overrides: { parse_requests: true } } };
    const { engine } = await openProject(overrideProject(parsed), { host: 'local' });
    await engine.runOne('Use the small model.', { id: 'task', ...analysis });
    const fork = await engine.forkTask('task', { input: 'Be brief, and use pipeline full.' });
    expect(fork.overrides?.applied.map(({ spec }) => spec.kind)).toEqual(['verbosity']);
    expect(fork.overrides?.refused.map(({ reason }) => reason)).toEqual(['a fork keeps its pipeline']);
    expect(outputs(await engine.runTask(fork.id))).toEqual({ plan: 'big', look: 'big' });
  });
});
