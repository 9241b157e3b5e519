import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTaskOver, storeSnapshot, type TaskStatus } from '../../src/machines/index.ts';
import type { WorkflowSpec } from '../../src/manifest/index.ts';
import { propertySettings, propertyTimeoutMs } from '../support/property-settings.ts';
import { handsAfterRestart, playMessages, taskCore, taskPlans, type TaskMoment } from '../support/task-host.ts';
import { workflows } from '../support/workflow-generator.ts';

/** What a task is said to be, by what a host has in hand. */
function statusByHands(workflow: WorkflowSpec, { hands, isPaused }: TaskMoment): TaskStatus {
  if (isPaused) return 'paused';
  const questions = new Set(workflow.nodes.flatMap(({ id, type }) => (type === 'feedback' ? [id] : [])));
  const isAtWork = [...hands.running].some(([token, { node }]) => !hands.resting.has(token) && !questions.has(node));
  const isRetrying = [...hands.timers.values()].some(({ purpose }) => purpose === 'retry');
  return isAtWork || isRetrying ? 'running' : 'waiting';
}

/** What can be told apart of a moment, whatever steps the chart. */
function visible({ state, commands, isStale }: TaskMoment): object {
  const { context, status } = storeSnapshot(state.snapshot);
  return {
    seq: state.seq,
    status: [state.status, status],
    context,
    pending: [...state.pending.values()].map((entry) => JSON.stringify(entry)).toSorted(),
    commands: commands.map((command) => JSON.stringify(command)).toSorted(),
    isStale,
  };
}

describe('the task reducer', { timeout: propertyTimeoutMs }, () => {
  it('waits for just what it has asked for, and says so in its status', () => {
    fc.assert(
      fc.property(workflows(), taskPlans, (workflow, plan) => {
        playMessages(taskCore(workflow, 'table'), { workflow, plan }, (moment) => {
          const { state, hands } = moment;
          const inHand = [...hands.running.keys(), ...hands.timers.keys()];
          expect([...state.pending.values()].map(({ token }) => token).toSorted()).toEqual(inHand.toSorted());
          expect(isTaskOver(state.status) ? inHand : []).toEqual([]);
          const isOpen = !isTaskOver(state.status) && state.status !== 'pending';
          expect(isOpen ? state.status : undefined).toBe(isOpen ? statusByHands(workflow, moment) : undefined);
        });
      }),
      propertySettings(1_500),
    );
  });

  it('has the stages at work run again after a restart, and no stage that waits', () => {
    fc.assert(
      fc.property(workflows(), taskPlans, (workflow, plan) => {
        const questions = new Set(workflow.nodes.flatMap(({ id, type }) => (type === 'feedback' ? [id] : [])));
        playMessages(taskCore(workflow, 'table'), { workflow, plan }, ({ state, hands }) => {
          const again = handsAfterRestart(state);
          const atWork = [...hands.running].filter(
            ([token, { node }]) => !hands.resting.has(token) && !questions.has(node),
          );
          expect(again.running).toEqual(new Map(atWork));
          expect(again.timers).toEqual(hands.timers);
        });
      }),
      propertySettings(1_000),
    );
  });

  it('comes to the same states and commands with the chart as with the table', () => {
    fc.assert(
      fc.property(workflows(), taskPlans, (workflow, plan) => {
        const [byTable, byChart]: [object[], object[]] = [[], []];
        playMessages(taskCore(workflow, 'table'), { workflow, plan }, (moment) => byTable.push(visible(moment)));
        playMessages(taskCore(workflow, 'xstate'), { workflow, plan }, (moment) => byChart.push(visible(moment)));
        expect(byChart).toEqual(byTable);
      }),
      propertySettings(800),
    );
  });
});
