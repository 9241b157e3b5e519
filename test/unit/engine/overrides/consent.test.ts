import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDirectory, openProject, type OpenEngine } from '../../../support/engine-fixture.ts';
import { mapOfTools } from '../../../support/consent-project.ts';
import { overrideProject } from '../../../support/override-project.ts';

const full = { pipeline: 'full' };
const skip = ['skip_checks=consent'];

const told = ({ events }: OpenEngine, kind: string): readonly unknown[] =>
  events.flatMap(({ type, nodeId }) => (type.startsWith(kind) ? [`${type} ${nodeId ?? ''}`.trim()] : []));

describe.each(['memory', 'local'] as const)('an override that leaves a check out, on the host %s', (host) => {
  it('has a person asked before the first stage, and then asks nothing more', async () => {
    const opened = await openProject(overrideProject(), { host });
    const { engine } = opened;
    const waiting = await engine.runOne('x', { id: 'task', overrides: skip, ...full });
    expect([waiting.status, waiting.usage.total_tokens]).toEqual(['waiting', 0]);
    expect(engine.questions('task')).toMatchObject([
      {
        task: 'task',
        stage: 'plan',
        question: {
          text: 'May an override have tools run that need consent, without asking for it?',
          input: { arguments: { payload: { skip_checks: ['consent'] } } },
          actions: ['allow', 'deny'],
        },
        consent: { id: 'override:override-1', risk: 'high', rule: 'overrides.safety' },
      },
    ]);
    const result = await engine.answer('task', 'allow');
    expect([result.status, opened.calls]).toEqual(['completed', ['ship']]);
    expect(told(opened, 'security.consent')).toEqual([
      'security.consent_requested plan',
      'security.consent_granted plan',
    ]);
    expect(told(opened, 'override.')).toEqual(['override.applied']);
  });

  it('does not hold when it is denied, and the task goes on without it', async () => {
    const opened = await openProject(overrideProject(), { host });
    await opened.engine.runOne('x', { id: 'task', overrides: skip, ...full });
    const asking = await opened.engine.answer('task', 'deny');
    expect([asking.status, opened.calls]).toEqual(['waiting', []]);
    expect(opened.engine.questions('task').map(({ stage, consent }) => [stage, consent?.tool])).toEqual([
      ['ship', 'ship'],
    ]);
    expect(told(opened, 'override.')).toEqual(['override.applied', 'override.refused']);
    expect((await opened.engine.answer('task', 'allow')).status).toBe('completed');
  });

  it('is allowed by whoever begins the task, for that task', async () => {
    const opened = await openProject(overrideProject(), { host });
    const result = await opened.engine.runOne('x', { overrides: skip, allowOverrides: true, ...full });
    expect([result.status, opened.calls]).toEqual(['completed', ['ship']]);
    expect((await opened.engine.runOne('x', { overrides: skip, ...full })).status).toBe('waiting');
  });

  it('is not asked about again in the project when the answer is remembered there', async () => {
    const opened = await openProject(overrideProject(), { host });
    await opened.engine.runOne('x', { id: 'task', overrides: skip, ...full });
    await opened.engine.answer('task', { action: 'allow', remember: 'project' });
    expect((await opened.engine.runOne('x', { id: 'other', overrides: skip, ...full })).status).toBe('completed');
    expect(opened.calls).toEqual(['ship', 'ship']);
  });

  it('is decided once for a task and its child tasks', async () => {
    const { engine, calls } = await openProject(mapOfTools(), { host });
    await engine.runOne([1, 2], { id: 'task', overrides: skip });
    expect(engine.questions('task').map(({ task, stage }) => [task, stage])).toEqual([['task', 'each']]);
    expect((await engine.answer('task', 'allow')).status).toBe('completed');
    expect(calls).toEqual(['ship', 'ship']);
    await engine.runOne([1, 2], { id: 'denied', overrides: skip });
    await engine.answer('denied', 'deny');
    expect(engine.questions('denied').map(({ consent }) => consent?.tool)).toEqual(['ship', 'ship']);
  });
});

describe.each(['memory', 'local'] as const)('what was answered about an override, on the host %s', (host) => {
  const raise = { kind: 'budget', payload: { max_tokens_total: 500_000, max_cost_usd: 0.5 } };

  async function shown(override: object | string, answer: 'allow' | 'deny') {
    const { engine } = await openProject(overrideProject(), { host });
    await engine.runOne('x', { id: 'task', overrides: [override], pipeline: 'analysis' });
    await engine.answer('task', answer);
    return (await engine.showTask('task')).overrides;
  }

  it('is shown with the task when it is allowed', async () => {
    const overrides = await shown('skip_checks=consent', 'allow');
    expect(overrides).toMatchObject({ allowed: ['override-1'], denied: [], refused: [] });
    expect(overrides?.applied.map(({ spec }) => spec.id)).toEqual(['override-1']);
  });

  it('is shown as refused when it is denied, and not as applied', async () => {
    expect(await shown('skip_checks=consent', 'deny')).toMatchObject({
      applied: [],
      allowed: [],
      denied: ['override-1'],
      refused: [
        {
          id: 'override-1',
          kind: 'safety',
          reason: 'it was not allowed to have tools run that need consent, without asking for it',
        },
      ],
    });
  });

  it('leaves what of it needs no consent', async () => {
    const overrides = await shown(raise, 'deny');
    expect(overrides?.applied.map(({ spec }) => spec.payload)).toEqual([{ max_cost_usd: 0.5 }]);
    expect(overrides?.refused.map(({ reason }) => reason)).toEqual([
      'it was not allowed to raise max_tokens_total of the task from 100000 to 500000',
    ]);
    const brief = await shown({ kind: 'verbosity', scope: 'global', payload: { level: 'brief' } }, 'deny');
    expect(brief?.applied.map(({ spec }) => [spec.kind, spec.scope])).toEqual([['verbosity', 'task']]);
    expect((await shown('remember.global=I like tea.', 'deny'))?.applied).toEqual([]);
  });
});

const both = (most: number): object => ({
  kind: 'budget',
  payload: { max_cost_usd: most, max_tokens_total: 50_000 },
});

describe('an override that raises a budget', () => {
  const tight = { engine: { ...overrideProject().engine, defaults: { model: 'big', max_tokens_total: 5 } } };
  const raise = ['budget.max_tokens_total=50000'];

  it('holds when a person allows it', async () => {
    const { engine } = await openProject(overrideProject(tight), { host: 'local' });
    await engine.runOne('x', { id: 'task', overrides: raise, pipeline: 'analysis' });
    expect(engine.questions('task')[0]?.question.text).toBe(
      'May an override raise max_tokens_total of the task from 5 to 50000?',
    );
    expect((await engine.answer('task', 'allow')).status).toBe('completed');
  });

  it('is one question with all that it raises, whose remembered answer holds for the same alone', async () => {
    const costly = { defaults: { model: 'big', max_tokens_total: 5, max_cost_usd: 0.5 } };
    const project = overrideProject({ engine: { ...tight.engine, ...costly } });
    const { engine } = await openProject(project, { host: 'local' });
    const options = { pipeline: 'analysis' };
    await engine.runOne('x', { id: 'task', overrides: [both(1)], ...options });
    expect(engine.questions('task').map(({ question }) => question.text)).toEqual([
      'May an override raise max_cost_usd of the task from 0.5 to 1, and raise max_tokens_total of the task from 5 to 50000?',
    ]);
    await engine.answer('task', { action: 'allow', remember: 'project' });
    expect((await engine.runOne('x', { overrides: [both(1)], ...options })).status).toBe('completed');
    expect((await engine.runOne('x', { overrides: [both(2)], ...options })).status).toBe('waiting');
  });

  it('does not hold when it is denied', async () => {
    const { engine } = await openProject(overrideProject(tight), { host: 'local' });
    await engine.runOne('x', { id: 'task', overrides: raise, pipeline: 'analysis' });
    expect((await engine.answer('task', 'deny')).failures[0]?.code).toBe('budget.exceeded');
  });
});

describe('an override that writes to what all projects share', () => {
  it.each([
    ['what is to be remembered', 'remember.global=I like tea.'],
    ['a preference', { kind: 'verbosity', scope: 'global', payload: { level: 'brief' } }],
  ])('waits for consent in another process: %s', async (_, override) => {
    const project = overrideProject();
    const first = await openProject(project, { host: 'local' });
    const file = path.join(first.directory, 'global.json');
    await first.engine.runOne('x', { id: 'task', overrides: [override], pipeline: 'analysis' });
    await first.engine.close();
    const { engine } = await openDirectory(first.directory, project.tools ?? {}, { host: 'local' });
    expect((await engine.resumeTask('task')).status).toBe('waiting');
    expect(existsSync(file)).toBe(false);
    expect((await engine.answer('task', 'allow')).status).toBe('completed');
    expect(existsSync(file)).toBe(true);
    await engine.replayTask('task');
  });
});
