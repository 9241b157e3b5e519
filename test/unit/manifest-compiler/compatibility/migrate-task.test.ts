import { describe, expect, it } from 'vitest';
import {
  isOver,
  settle,
  startControl,
  statusOf,
  type ControlState,
  type Outcome,
} from '../../../../src/machines/index.ts';
import {
  migrateTask,
  type CompiledProject,
  type FinishedStage,
  type Migration,
  type TaskPosition,
} from '../../../../src/manifest-compiler/index.ts';
import {
  sampleAgents,
  sampleEdges,
  sampleNodes,
  sampleVersion,
  workflowOf,
} from '../../../support/project-versions.ts';

const done: Outcome = { kind: 'done' };
const failed: Outcome = { kind: 'failed', category: 'tool' };
const good: Outcome = { kind: 'done', choice: 'good' };

function graphOf(version: CompiledProject) {
  const [pipeline] = version.pipelines.values();
  if (pipeline === undefined) throw new Error('There is no pipeline.');
  return pipeline.graph;
}

/** Where a task stands after these stages ended. */
function positionOf(version: CompiledProject, outcomes: Readonly<Record<string, Outcome>>): TaskPosition {
  const graph = graphOf(version);
  let { control } = startControl(graph);
  const finished: FinishedStage[] = [];
  for (const [id, outcome] of Object.entries(outcomes)) {
    const node = graph.byId.get(id);
    if (node === undefined || statusOf(control, node) !== 'ready') throw new Error(`"${id}" is not ready.`);
    ({ control } = settle(graph, control, { node, outcome }));
    finished.push({ node: id, outcome });
  }
  return { pipeline: 'sample', control, finished };
}

/** Kept and lost stages by name, and what starts next. */
function shortMigration(migration: Migration): object {
  if (migration.verdict === 'refused')
    return { verdict: 'refused', reasons: migration.reasons.map(({ kind }) => kind) };
  const { verdict, kept, lost, starts } = migration;
  return {
    verdict,
    kept: kept.map(({ from, node }) => (from === node ? node : `${from} ${node}`)),
    lost: lost.map(({ node, kind, runsAgain }) => `${node} ${kind}${runsAgain ? '' : ' for good'}`),
    starts,
  };
}

const old = sampleVersion();
const midway = positionOf(old, { plan: done, look: done, write: done, review: good });

describe('a task that goes on with other manifests', () => {
  it('stands where it stood when nothing it has done is touched', () => {
    const after = sampleVersion({
      workflow: workflowOf({ ...sampleNodes, publish: { type: 'tool', tool: 'list' } }, sampleEdges),
    });
    const migration = migrateTask(old, after, midway);
    expect(migration).toEqual({
      verdict: 'compatible',
      pipeline: 'sample',
      kept: midway.finished.map(({ node, outcome }) => ({ from: node, node, outcome })),
      lost: [],
      control: midway.control,
      starts: ['publish'],
    });
  });

  it('runs a changed stage again with what came after it, and keeps what stands beside it', () => {
    const agents = { ...sampleAgents, writer: { ...sampleAgents.writer, prompt: 'Write well.' } };
    const migration = migrateTask(old, sampleVersion({ agents }), midway);
    expect(shortMigration(migration)).toEqual({
      verdict: 'migratable',
      kept: ['plan', 'look'],
      lost: ['write node_changed', 'review stage_before_changed'],
      starts: ['write'],
    });
    expect(migration.verdict !== 'refused' && migration.lost[1]).toEqual({
      node: 'review',
      kind: 'stage_before_changed',
      when: 'always',
      sentence: '"review" comes after "write", which has to run again.',
      tools: ['post'],
      runsAgain: true,
    });
  });

  it('takes results over to nodes under another id', () => {
    const { look, ...others } = sampleNodes;
    const links = sampleEdges.map((edge) => (edge.to === 'look' ? { ...edge, to: 'search' } : edge));
    const after = sampleVersion({ workflow: workflowOf({ ...others, search: look }, links) });
    expect(shortMigration(migrateTask(old, after, midway))).toEqual({
      verdict: 'migratable',
      kept: ['plan', 'look search', 'write', 'review'],
      lost: [],
      starts: ['publish'],
    });
  });

  it('starts a new branch behind what has finished long ago', () => {
    const after = sampleVersion({
      workflow: workflowOf({ ...sampleNodes, tidy: sampleNodes.look }, [...sampleEdges, { from: 'look', to: 'tidy' }]),
    });
    expect(shortMigration(migrateTask(old, after, midway))).toMatchObject({
      verdict: 'compatible',
      lost: [],
      starts: ['tidy', 'publish'],
    });
  });

  it('drops the result of a node that is gone', () => {
    const { look: _, ...others } = sampleNodes;
    const after = sampleVersion({
      workflow: workflowOf(
        others,
        sampleEdges.filter(({ to }) => to !== 'look'),
      ),
    });
    expect(shortMigration(migrateTask(old, after, midway))).toEqual({
      verdict: 'migratable',
      kept: ['plan', 'write', 'review'],
      lost: ['look node_removed for good'],
      starts: ['publish'],
    });
  });

  it('brings finished stages into an order in which they can be replayed', () => {
    const finished = midway.finished.toReversed();
    expect(migrateTask(old, old, { ...midway, finished })).toMatchObject({
      verdict: 'compatible',
      control: midway.control,
    });
  });
});

describe('a task in which a stage failed', () => {
  const work = { type: 'agent', agent: 'writer' };
  const nodes = {
    start: work,
    left: work,
    right: work,
    join: { type: 'merge', on_branch_failure: 'continue' },
    last: work,
  };
  const edges = [
    { from: 'start', to: 'left' },
    { from: 'start', to: 'right' },
    { from: 'left', to: 'join' },
    { from: 'right', to: 'join' },
    { from: 'join', to: 'last' },
  ];
  const before = sampleVersion({ workflow: workflowOf(nodes, edges) });
  const handled = sampleVersion({
    workflow: workflowOf({ ...nodes, mend: work }, [...edges, { from: 'left', to: 'mend', type: 'error' }]),
  });

  it('has the failure handled by a new error edge, and joins that saw it run again', () => {
    const task = positionOf(before, { start: done, left: failed, right: done, join: done });
    expect(shortMigration(migrateTask(before, handled, task))).toEqual({
      verdict: 'migratable',
      kept: ['start', 'left', 'right'],
      lost: ['join failure_handling_changed'],
      starts: ['mend', 'join'],
    });
  });

  it('keeps those joins in a task in which that stage did not fail', () => {
    const task = positionOf(before, { start: done, left: done, right: failed, join: done });
    expect(shortMigration(migrateTask(before, handled, task))).toMatchObject({
      verdict: 'compatible',
      starts: ['last'],
    });
  });

  it('is over at once where the new version ends it at that failure', () => {
    const strict = sampleVersion({
      workflow: workflowOf({ ...nodes, join: { type: 'merge', on_branch_failure: 'fail' } }, edges, {
        fail_fast: true,
      }),
    });
    const task = positionOf(before, { start: done, left: failed, right: done, join: done });
    const migration = migrateTask(before, strict, task);
    expect(shortMigration(migration)).toEqual({
      verdict: 'migratable',
      kept: ['start', 'left'],
      lost: ['right may_end_early for good', 'join node_changed for good'],
      starts: [],
    });
    expect(migration.verdict !== 'refused' && isOver(migration.control)).toBe(true);
  });
});

describe('a task is refused', () => {
  it('when it is over', () => {
    const statuses = midway.control.statuses.replaceAll(/[.r]/gu, 'c');
    const control: ControlState = { ...midway.control, statuses, ended: 'failure' };
    expect(migrateTask(old, old, { ...midway, control })).toEqual({
      verdict: 'refused',
      reasons: [{ kind: 'task_over', sentence: 'The task is over. Begin a new task.' }],
    });
  });

  it('when its pipeline is gone', () => {
    const after = sampleVersion({ pipelines: { pipelines: { other: { entry: 'plan', ends: ['done'] } } } });
    expect(shortMigration(migrateTask(old, after, midway))).toEqual({
      verdict: 'refused',
      reasons: ['pipeline_removed'],
    });
  });

  it('when its pipeline begins elsewhere, unless nothing has finished yet', () => {
    const after = sampleVersion({
      workflow: workflowOf({ ...sampleNodes, greet: sampleNodes.fix }, [...sampleEdges, { from: 'greet', to: 'plan' }]),
    });
    expect(shortMigration(migrateTask(old, after, midway))).toEqual({ verdict: 'refused', reasons: ['entry_changed'] });
    expect(shortMigration(migrateTask(old, after, positionOf(old, {})))).toEqual({
      verdict: 'compatible',
      kept: [],
      lost: [],
      starts: ['greet'],
    });
  });

  it('when what it is said to have finished is not what its own manifests lead to', () => {
    const [, ...rest] = midway.finished;
    expect(migrateTask(old, old, { ...midway, finished: rest })).toEqual({
      verdict: 'refused',
      reasons: [
        {
          kind: 'history_broken',
          sentence: `The finished stages do not fit the task's own manifests. No run of it finishes "look" here.`,
        },
      ],
    });
    expect(migrateTask(old, old, { ...midway, finished: midway.finished.slice(0, 2) })).toEqual({
      verdict: 'refused',
      reasons: [
        {
          kind: 'history_broken',
          sentence: `The finished stages do not fit the task's own manifests. They do not lead to where the task stands.`,
        },
      ],
    });
    expect(shortMigration(migrateTask(old, old, { ...midway, pipeline: 'none' }))).toEqual({
      verdict: 'refused',
      reasons: ['history_broken'],
    });
  });
});
