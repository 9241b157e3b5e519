import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storeSnapshot, verdictOf, type ChartEffect, type GraphNode } from '../../src/machines/index.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';
import { referenceVerdict } from '../support/reference-interpreter.ts';
import { throughStorage } from '../support/stored-snapshot.ts';
import { workflows } from '../support/workflow-generator.ts';
import { hostPlans, playTask, readyIds, type Moment } from '../support/workflow-host.ts';
import { stagesBeing, stagesIn } from '../support/workflow-observation.ts';
import { compileWorkflow, describeControl, type ChartSubject } from '../support/workflow-subject.ts';

const hostileNames = [
  'main',
  'running',
  'ready',
  'join',
  'done',
  'failed',
  'skipped',
  'cancelled',
  'closing',
  'completed',
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
] as const;

/**
 * The chart is where the reference interpreter is, and asks for nothing else. One comparison a moment: there are a
 * hundred thousand moments.
 */
function expectAgreement(subject: ChartSubject, moment: Moment): void {
  const { snapshot, book, run } = moment;
  const { control } = snapshot.context;
  const verdict = referenceVerdict(subject.reading, run);
  const isOver = verdict !== 'active';
  const stages = stagesIn(subject.chart, snapshot);
  const running = stagesBeing(stages, 'running');
  const timeouts = running.filter((id) => subject.graph.byId.get(id)?.timeoutMs !== undefined);
  expect({
    run: describeControl(subject.graph, control),
    verdict: verdictOf(subject.graph, control),
    status: snapshot.status,
    end: isOver ? snapshot.value : undefined,
    active: stagesBeing(stages, 'ready', 'running', 'retrying'),
    atWork: [...book.running].toSorted(),
    timers: timersIn(moment),
  }).toEqual({
    run,
    verdict,
    status: isOver ? 'done' : 'active',
    end: isOver ? verdict : undefined,
    active: isOver ? [] : readyIds(subject, run),
    atWork: running,
    timers: [
      ...timeouts.map((id) => `timeout ${id}`),
      ...stagesBeing(stages, 'retrying').map((id) => `retry ${id}`),
    ].toSorted(),
  });
}

function timersIn({ book }: Moment): readonly string[] {
  return [...book.timers.values()].map((timer) => `${timer.purpose} ${timer.node}`).toSorted();
}

describe('the compiled chart', { timeout: propertyTimeoutMs }, () => {
  it('runs exactly the stages that are ready, from the first step to the verdict', () => {
    fc.assert(
      fc.property(workflows(), hostPlans(), (workflow, plan) => {
        const subject = compileWorkflow(workflow);
        playTask(subject, plan, (moment) => {
          expectAgreement(subject, moment);
          const stages = stagesIn(subject.chart, moment.snapshot);
          expect(stagesBeing(stages, 'ready', 'retrying')).toEqual([]);
        });
      }),
      propertySettings(10_000),
    );
  });

  it('runs nodes whatever their names are', () => {
    const named = workflows({ names: (index) => hostileNames[index] ?? `n${index}` });
    fc.assert(
      fc.property(named, hostPlans('troubles'), (workflow, plan) => {
        const subject = compileWorkflow(workflow);
        const last = playTask(subject, plan, (moment) => expectAgreement(subject, moment));
        expect(last.snapshot.value).toBe(referenceVerdict(subject.reading, last.run));
      }),
      propertySettings(1_000),
    );
  });

  it('goes on after a restart at any step as if nothing had happened', () => {
    fc.assert(
      fc.property(workflows(), hostPlans('limit', 'troubles', 'orders', 'breakpoints'), (workflow, plan) => {
        const subject = compileWorkflow(workflow);
        const through: unknown[] = [];
        const restarted: unknown[] = [];
        playTask(subject, plan, (moment) => through.push(visible(moment)));
        playTask(subject, { ...plan, isRestarted: true }, (moment) => {
          restarted.push(visible(moment));
          expect(storeSnapshot(throughStorage(subject.stepper, moment.snapshot))).toEqual(
            storeSnapshot(moment.snapshot),
          );
        });
        expect(restarted).toEqual(through);
      }),
      propertySettings(800),
    );
  });

  it('never runs more stages than the limit allows, and no fewer than it could', () => {
    fc.assert(
      fc.property(workflows(), hostPlans('limit'), (workflow, plan) => {
        const subject = compileWorkflow(workflow);
        playTask(subject, plan, (moment) => {
          expectAgreement(subject, moment);
          const ready = readyIds(subject, moment.run).length;
          expect(moment.book.running.size).toBe(isActive(moment) ? Math.min(plan.limit, ready) : 0);
        });
      }),
      propertySettings(800),
    );
  });

  it('retries what may be retried, and keeps the place of a stage that waits for its next attempt', () => {
    fc.assert(
      fc.property(workflows(), hostPlans('limit', 'troubles'), (workflow, plan) => {
        const subject = compileWorkflow(workflow);
        playTask(subject, plan, (moment) => {
          expectAgreement(subject, moment);
          const admitted = stagesBeing(stagesIn(subject.chart, moment.snapshot), 'running', 'retrying');
          const ready = readyIds(subject, moment.run).length;
          expect(admitted).toHaveLength(isActive(moment) ? Math.min(plan.limit, ready) : 0);
        });
      }),
      propertySettings(4_000),
    );
  });

  it('pauses before the nodes and at the edges that have a breakpoint, and comes to the same end', () => {
    fc.assert(
      fc.property(workflows(), hostPlans('limit', 'orders', 'breakpoints'), (workflow, plan) => {
        const subject = compileWorkflow(workflow);
        playTask(subject, plan, (moment) => {
          expectAgreement(subject, moment);
          const { gate } = moment.snapshot.context;
          expect(isActive(moment) ? gate.paused : undefined).toBe(isActive(moment) ? moment.isPaused : undefined);
          expect(gate.stoppedAt === undefined || gate.paused).toBe(true);
          const fresh = startsIn(moment.effects);
          const isStep = moment.input?.type === 'task.step';
          expect(isStep || !gate.paused ? [] : fresh).toEqual([]);
        });
      }),
      propertySettings(2_000),
    );
  });

  it('starts nothing while it is paused but what a step lets through, and comes to the same end', () => {
    fc.assert(
      fc.property(workflows(), hostPlans('limit', 'troubles', 'orders'), (workflow, plan) => {
        const subject = compileWorkflow(workflow);
        const admitted = new Set<string>();
        let letThrough = 0;
        playTask(subject, plan, (moment) => {
          expectAgreement(subject, moment);
          const fresh = startsIn(moment.effects).filter((id) => !admitted.has(id));
          for (const id of fresh) admitted.add(id);
          const isStep = moment.input?.type === 'task.step';
          letThrough += isStep ? fresh.length : 0;
          expect(fresh.length).toBeLessThanOrEqual(isStep ? 1 : plan.limit);
          expect(moment.isPaused && !isStep ? fresh : []).toEqual([]);
          expect(moment.book.running.size).toBeLessThanOrEqual(plan.limit + letThrough);
        });
      }),
      propertySettings(4_500),
    );
  });
});

describe('the analysis of concurrency', { timeout: propertyTimeoutMs }, () => {
  it('knows every pair of stages that is ever active together, or in one run', () => {
    fc.assert(
      fc.property(workflows(), hostPlans(), (workflow, plan) => {
        const subject = compileWorkflow(workflow);
        const { concurrency, graph } = subject;
        const everRan = new Set<number>();
        playTask(subject, plan, ({ run }) => {
          const active = graph.nodes.filter((node) => run.statuses[node.index] === 'ready');
          for (const one of active) {
            everRan.add(one.index);
            const missed = active.filter((other) => other !== one && !concurrency.areConcurrent(one, other));
            expect(idsOf(missed)).toEqual([]);
            const open = graph.nodes.filter((other) => isOpen(run.statuses[other.index]));
            expect(idsOf(open.filter((other) => concurrency.waitsFor(one, other)))).toEqual([]);
          }
        });
        const ran = graph.nodes.filter((node) => everRan.has(node.index));
        for (const one of ran) expect(idsOf(ran.filter((other) => !concurrency.areCompatible(one, other)))).toEqual([]);
      }),
      propertySettings(1_000),
    );
  });
});

function isActive({ snapshot }: Moment): boolean {
  return snapshot.status === 'active';
}

function idsOf(nodes: readonly GraphNode[]): readonly string[] {
  return nodes.map((node) => node.id);
}

function isOpen(status: string | undefined): boolean {
  return status === 'pending' || status === 'ready';
}

function startsIn(effects: readonly ChartEffect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === 'start' ? [effect.node] : []));
}

/** What two hosts can compare of a moment. */
function visible({ snapshot, effects }: Moment): object {
  return { snapshot: storeSnapshot(snapshot), effects };
}
