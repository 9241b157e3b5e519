import { describe, expect, it } from 'vitest';
import {
  advanceProjection,
  drawingModel,
  edgeKey,
  emptyProjection,
  projectTask,
  taskOverlay,
  withNotes,
  type ProjectedEvent,
} from '../../../src/diagram/index.ts';
import { Engine, type EngineEvent } from '../../../src/index.ts';
import { configDirectory } from '../../support/config-projects.ts';

type Fact = Omit<ProjectedEvent, 'time' | 'seq' | 'taskId'> & { readonly taskId?: string };

function events(...facts: readonly Fact[]): readonly ProjectedEvent[] {
  return facts.map((fact, at) => Object.assign({ taskId: 't', time: 1_000 + at * 100, seq: at + 1 }, fact));
}

function stage(type: string, nodeId: string, data: Readonly<Record<string, unknown>> = {}): Fact {
  return { type: `stage.${type}`, nodeId, data };
}

function taken(from: string, to: string, edgeType = 'normal'): Fact {
  return { type: 'edge.taken', data: { from, to, edgeType } };
}

function states(told: readonly ProjectedEvent[]): Readonly<Record<string, string>> {
  return Object.fromEntries([...projectTask('t', told).stages].map(([id, { state }]) => [id, state]));
}

async function runOf(name: string, request: string): Promise<readonly EngineEvent[]> {
  const engine = await Engine.fromConfigDir(configDirectory(name), { host: 'memory', console: 'result' });
  const told: EngineEvent[] = [];
  engine.events$.subscribe((event) => told.push(event));
  await engine.runOne(request);
  await engine.close();
  return told;
}

describe('projectTask', () => {
  it('gives a stage the state that its last event tells', () => {
    const told = events(
      stage('started', 'a', { attempt: 1 }),
      stage('started', 'b', { attempt: 1 }),
      stage('retrying', 'b', { attempt: 1 }),
      stage('started', 'c'),
      { type: 'feedback.requested', nodeId: 'c' },
      stage('skipped', 'd'),
      stage('cancelled', 'e'),
      stage('failed', 'f', { durationMs: 5 }),
      stage('finished', 'g', { attempt: 2, durationMs: 7 }),
      { type: 'security.consent_requested', nodeId: 'h' },
    );
    expect(states(told)).toEqual({
      a: 'running',
      b: 'retrying',
      c: 'waiting',
      d: 'skipped',
      e: 'cancelled',
      f: 'failed',
      g: 'finished',
      h: 'waiting',
    });
  });

  it('goes on with a stage that has its answer', () => {
    const asked: Fact = { type: 'feedback.requested', nodeId: 'a' };
    expect(states(events(stage('started', 'a'), asked, { type: 'feedback.received', nodeId: 'a' }))).toEqual({
      a: 'running',
    });
  });

  it('calls a failed stage recovered once its fallback is taken, and not for an error edge', () => {
    const told = events(
      stage('failed', 'a'),
      taken('a', 'b', 'fallback'),
      stage('failed', 'c'),
      taken('c', 'd', 'error'),
    );
    expect(states(told)).toEqual({ a: 'recovered', c: 'failed' });
  });

  it('says that a task waits when nothing but questions is open, in it and in its child tasks', () => {
    const status = (...facts: readonly Fact[]): string =>
      projectTask('t', events({ type: 'task.started' }, ...facts)).status;
    const asks: readonly Fact[] = [stage('started', 'ask'), { type: 'feedback.requested', nodeId: 'ask' }];
    const below = (index: number, ...facts: readonly Fact[]): readonly Fact[] =>
      facts.map((fact) => Object.assign({}, fact, { taskId: `t/each.${index}` }));
    expect(status(...asks)).toBe('waiting');
    expect(status(...asks, stage('started', 'other'))).toBe('running');
    expect(status(...asks, { type: 'feedback.received', nodeId: 'ask' })).toBe('running');
    expect(status(...asks, { type: 'task.paused' })).toBe('paused');
    expect(status(stage('started', 'each'), ...below(0, ...asks))).toBe('waiting');
    expect(status(stage('started', 'each'), ...below(0, ...asks), ...below(1, stage('started', 'ask')))).toBe(
      'running',
    );
  });

  it('cancels what is open when the task is cancelled', () => {
    const told = events(stage('finished', 'a'), stage('started', 'b'), { type: 'task.cancelled', data: {} });
    expect(states(told)).toEqual({ a: 'finished', b: 'cancelled' });
    expect(projectTask('t', told).status).toBe('cancelled');
  });

  it('keeps nodes of child tasks below the node that started them, and shows what goes on before what is done', () => {
    const told = events(
      stage('started', 'each'),
      { ...stage('started', 'write'), taskId: 't/each.0' },
      { ...stage('finished', 'write', { durationMs: 10 }), taskId: 't/each.0' },
      { ...stage('started', 'write'), taskId: 't/each.1' },
      { ...taken('write', 'check'), taskId: 't/each.0' },
      { ...stage('started', 'deep'), taskId: 't/each.0/inner.4' },
      { ...stage('started', 'other'), taskId: 'other' },
    );
    const task = projectTask('t', told);
    expect(states(told)).toEqual({ each: 'running', 'each/write': 'running', 'each/inner/deep': 'running' });
    expect(task.stages.get('each/write')?.states.size).toBe(2);
    expect(task.edges.get(edgeKey({ from: 'each/write', to: 'each/check', kind: 'normal' }))).toBe(1);
  });

  it('adds up cost, time and attempts', () => {
    const told = events(
      { type: 'task.started' },
      stage('started', 'a', { attempt: 1 }),
      { type: 'llm.responded', nodeId: 'a', data: { costUsd: 0.02 } },
      stage('failed', 'a', { attempt: 1, durationMs: 30 }),
      stage('started', 'a', { attempt: 2 }),
      { type: 'llm.responded', nodeId: 'a', data: { costUsd: 0.03 } },
      stage('finished', 'a', { attempt: 2, durationMs: 50 }),
      { type: 'task.completed', data: { status: 'partial' } },
    );
    const { stages, costUsd, status, startedAt, endedAt, seq } = projectTask('t', told);
    expect({ costUsd, status, startedAt, endedAt, seq }).toEqual({
      costUsd: 0.05,
      status: 'partial',
      startedAt: 1_000,
      endedAt: 1_700,
      seq: 8,
    });
    expect(stages.get('a')).toMatchObject({ attempts: 2, durationMs: 80, costUsd: 0.05 });
  });

  it('is the same event by event and at once, for runs with child tasks, loops and failures', async () => {
    for (const name of ['examples/orchestrator', 'patterns/reviewer_loop', 'examples/routing']) {
      const told = await runOf(name, 'What does a card cost?');
      const taskId = told[0]?.taskId ?? '';
      let task = emptyProjection(taskId);
      for (const event of told) {
        const before = structuredClone(task);
        const next = advanceProjection(task, [event]);
        expect(task).toEqual(before); // what was known is not changed
        task = next;
      }
      expect(task).toEqual(projectTask(taskId, told));
      expect(task.stages.size).toBeGreaterThan(3);
    }
  });
});

describe('taskOverlay', () => {
  it('lights the nodes and edges of the drawing that the events are about', async () => {
    const engine = await Engine.fromConfigDir(configDirectory('examples/orchestrator'), {
      host: 'memory',
      console: 'result',
    });
    const told: EngineEvent[] = [];
    engine.events$.subscribe((event) => told.push(event));
    await engine.runOne('Read fees.md, rooms.md and hours.md');
    const model = drawingModel(engine.compiled);
    await engine.close();
    const overlay = taskOverlay(model, projectTask(told[0]?.taskId ?? '', told));
    const seen = Object.fromEntries([...overlay.nodes].map(([id, { state }]) => [id, state]));
    expect(seen).toMatchObject({ plan: 'finished', sections: 'finished', failed: 'skipped' });
    expect(overlay.nodes.get('sections/read')?.note).toMatch(/^×3/u);
    expect(overlay.edges.get('plan->sections')).toBe(1);
    expect(overlay.edges.get('sections/read->take_out')).toBe(2);
    const stray = [...told].filter(({ type }) => type === 'edge.taken').length;
    expect([...overlay.edges.values()].reduce((sum, count) => sum + count, 0)).toBe(stray);
    const noted = withNotes(model, overlay).nodes.find(({ id }) => id === 'sections/read');
    expect(noted?.note).toBe(overlay.nodes.get('sections/read')?.note);
  });

  it('counts of the stages of a node of child tasks those that ran', () => {
    const told = events(
      { ...stage('finished', 'read'), taskId: 't/each.0' },
      { ...stage('finished', 'read'), taskId: 't/each.1' },
      { ...stage('finished', 'read'), taskId: 't/each.2' },
      { ...stage('finished', 'mend'), taskId: 't/each.0' },
      { ...stage('skipped', 'mend'), taskId: 't/each.1' },
      { ...stage('skipped', 'mend'), taskId: 't/each.2' },
      { ...stage('skipped', 'drop'), taskId: 't/each.1' },
      { ...stage('skipped', 'drop'), taskId: 't/each.2' },
    );
    const ids = ['each/read', 'each/mend', 'each/drop'];
    const nodes = ids.map((id) => ({ id, title: id, type: 'tool' as const }));
    const model = { workflow: 'w', view: 'workflow' as const, nodes, edges: [], entries: [] };
    const overlay = taskOverlay(model, projectTask('t', told));
    expect(ids.map((id) => overlay.nodes.get(id)?.note)).toEqual(['×3', '×1', undefined]);
  });

  it('shows an end that fails the task as failed, and says in its caption how the task went', () => {
    const told = events({ type: 'task.started' }, stage('finished', 'lost'), { type: 'task.failed', data: {} });
    const model = {
      workflow: 'w',
      view: 'workflow' as const,
      nodes: [
        { id: 'lost', title: 'lost', type: 'end' as const, isFailure: true as const },
        { id: 'other', title: 'other', type: 'end' as const },
      ],
      edges: [],
      entries: [],
    };
    const { nodes, caption } = taskOverlay(model, projectTask('t', told), 'after entry 3');
    expect([...nodes.values()].map(({ state }) => state)).toEqual(['failed', 'idle']);
    expect(caption).toBe('task t · after entry 3 · failed · 200 ms');
  });
});
