import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOver, readyNodes } from '../../src/machines/index.ts';
import { compareProjects, migrateTask, type FinishedStage, type Migration } from '../../src/manifest-compiler/index.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';
import { playOn, readVersion, startRun, type ReadVersion, type VersionRun } from '../support/version-run.ts';
import { workflows } from '../support/workflow-generator.ts';
import { picked, scripts } from '../support/workflow-script.ts';
import { changedWorkflow, changeLists } from '../support/workflow-versions.ts';

function migrate(before: VersionRun, after: ReadVersion): Migration {
  const position = { pipeline: 'generated', control: before.control(), finished: before.finished };
  return migrateTask(before.version.compiled, after.compiled, position);
}

/** The kept stages played in the new version; throws when one is not ready. */
function replay(after: ReadVersion, kept: readonly FinishedStage[]): VersionRun {
  const run = startRun(after);
  for (const { node, outcome } of kept) run.play(node, outcome);
  return run;
}

const points = fc.nat(12);

describe('a task that goes on with a changed workflow', { timeout: propertyTimeoutMs }, () => {
  it('keeps stages that are ready when they are replayed, and comes to an end without running them again', () => {
    const seen = { all: 0, some: 0, none: 0, refused: 0 };
    fc.assert(
      fc.property(
        workflows(),
        changeLists(),
        fc.tuple(scripts, scripts, points),
        (workflow, list, [script, next, point]) => {
          const [before, after] = [readVersion(workflow), readVersion(changedWorkflow(workflow, list))];
          const old = startRun(before);
          playOn(old, script, point);
          if (isOver(old.control())) return;
          const migration = migrate(old, after);
          if (migration.verdict === 'refused') {
            seen.refused += 1;
            return;
          }
          const { kept, lost, control, starts } = migration;
          seen[kept.length === 0 ? 'none' : lost.length === 0 ? 'all' : 'some'] += 1;
          expect([...kept.map(({ from }) => from), ...lost.map(({ node }) => node)].toSorted()).toEqual(
            old.finished.map(({ node }) => node).toSorted(),
          );
          const run = replay(after, kept);
          expect(run.control()).toEqual(control);
          expect(readyNodes(after.graph, control).map(({ id }) => id)).toEqual(starts);
          playOn(run, next);
          expect(isOver(run.control())).toBe(true);
          const ran = run.finished.map(({ node }) => node);
          expect(new Set(ran).size).toBe(ran.length);
          for (const { node } of lost.filter(({ runsAgain }) => !runsAgain)) expect(ran).not.toContain(node);
        },
      ),
      propertySettings(3_000),
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  it('keeps no stage that the new version would have given something else', () => {
    fc.assert(
      fc.property(workflows(), changeLists(), fc.tuple(scripts, points), (workflow, list, [script, point]) => {
        const after = readVersion(changedWorkflow(workflow, list));
        const old = startRun(readVersion(workflow));
        playOn(old, script, point);
        if (isOver(old.control())) return;
        const migration = migrate(old, after);
        if (migration.verdict === 'refused') return;
        const run = replay(after, migration.kept);
        for (const { from, node } of migration.kept) expect(run.given.get(node)).toBe(old.given.get(from));
      }),
      propertySettings(3_000),
    );
  });

  it('ends as if it had begun with the new version, where the order of events does not matter', () => {
    const isConfluent = true;
    fc.assert(
      fc.property(
        workflows({ isConfluent }),
        changeLists({ isConfluent }),
        fc.tuple(scripts, scripts, points),
        (workflow, list, [script, next, point]) => {
          const after = readVersion(changedWorkflow(workflow, list));
          const old = startRun(readVersion(workflow));
          playOn(old, script, point);
          if (isOver(old.control())) return;
          const migration = migrate(old, after);
          if (migration.verdict === 'refused') return;
          const run = replay(after, migration.kept);
          playOn(run, next);
          const scratch = startRun(after);
          const outcomes = new Map(run.finished.map(({ node, outcome }) => [node, outcome]));
          while (!isOver(scratch.control())) {
            const node = picked(next, scratch.finished.length + 1, readyNodes(after.graph, scratch.control()));
            scratch.play(node.id, outcomes.get(node.id) ?? { kind: 'failed', category: 'internal' });
          }
          expect(scratch.control()).toEqual(run.control());
        },
      ),
      propertySettings(1_500),
    );
  });
});

describe('the comparison of two versions', { timeout: propertyTimeoutMs }, () => {
  it('says what becomes of every task, at whatever point it is', () => {
    const seen = { compatible: 0, migratable: 0, refused: 0 };
    fc.assert(
      fc.property(workflows(), changeLists(), scripts, (workflow, list, script) => {
        const [before, after] = [readVersion(workflow), readVersion(changedWorkflow(workflow, list))];
        const { verdict, pipelines } = compareProjects(before.compiled, after.compiled);
        seen[verdict] += 1;
        const { kept = [], again = [], dropped = [] } = pipelines[0]?.mapping ?? {};
        const repeated = again.map(({ node }) => node);
        expect([...kept, ...repeated, ...dropped].toSorted()).toEqual(workflow.nodes.map(({ id }) => id).toSorted());
        const always = again.flatMap(({ node, when }) => (when === 'always' ? [node] : []));
        for (const run = startRun(before); !isOver(run.control()); playOn(run, script, 1)) {
          const migration = migrate(run, after);
          const isUniform = verdict !== 'migratable' && run.finished.length > 0;
          expect(migration.verdict).toBe(isUniform ? verdict : migration.verdict);
          if (migration.verdict === 'refused') continue;
          for (const { node } of migration.lost) expect([...repeated, ...dropped]).toContain(node);
          for (const { from } of migration.kept) expect(always).not.toContain(from);
        }
      }),
      propertySettings(1_500),
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });
});
