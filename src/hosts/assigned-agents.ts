import type { PendingStage } from '../machines/index.ts';
import { avoidedNames, chooseVariant, type VariantCandidate } from '../services/index.ts';
import type { StageRecord, TaskRecord } from './task-record.ts';
import { scopeFor } from './work/stage-scope.ts';

/**
 * Notes who answers at a stage that begins, where agents take turns. It follows from the task with its overrides, the node
 * and what the conditions see when the stage begins, so a replay comes to the same; later attempts keep to it.
 */
export function noteAgent(task: TaskRecord, record: StageRecord, stage: PendingStage): void {
  const { pipeline, core } = task.runnable;
  const variants = pipeline.programs.get(stage.node)?.variants;
  if (variants === undefined) return;
  const scope = scopeFor(task, stage);
  const { id, assigned_as: assignedAs = id, overrides } = task.creation;
  const avoided = avoidedNames(overrides?.applied ?? []);
  const node = core.graph.byId.get(stage.node)?.standsFor ?? stage.node;
  const { agent, decision } = chooseVariant({
    at: stage.node,
    key: `${assignedAs} ${node}`,
    own: variants.own,
    variants: variants.others.map(({ agent: other, weight, when }): VariantCandidate => {
      const holds = when === undefined ? {} : { holds: () => when.holds({ ...scope }) };
      return Object.assign({ agent: other, weight, avoidedBy: avoided.get(other) }, holds);
    }),
  });
  record.agent = agent;
  record.variant = decision.chosen;
  task.decisions.push(decision);
}

/** The same for a stage in flight whose request was changed: the conditions may see something else now. */
export function noteAgentAgain(task: TaskRecord, stage: PendingStage): void {
  const record = task.trace.get(stage.node);
  if (record?.variant === undefined) return;
  task.decisions = task.decisions.filter(({ at, kind }) => at !== stage.node || kind !== 'agent');
  noteAgent(task, record, stage);
}
