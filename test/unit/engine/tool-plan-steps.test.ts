import { describe, expect, it } from 'vitest';
import type { ToolStageCall } from '../../../src/actors/index.ts';
import { runToolPlan, type PlanRun } from '../../../src/engine/stages/tool-plan.ts';
import type { ToolPlanStep } from '../../../src/services/index.ts';

describe('the steps of a plan', () => {
  const step: ToolPlanStep = { id: 'a', tool: 'echo', arguments: { n: 1 }, dependsOn: [], onError: 'stop' };

  it('are actors of their own below the stage, and share what the stage is given', async () => {
    const { seen, run } = recordedRun(new AbortController().signal);
    await runToolPlan(run, [step]);
    expect(seen).toEqual([
      ['act/a', { ...run.call, step: 'a', tool: 'echo', arguments: { n: 1 }, idempotencyKey: 'task/1.act/a' }],
    ]);
  });

  it('do not begin in a stage that is stopped', async () => {
    const { seen, run } = recordedRun(AbortSignal.abort());
    await expect(runToolPlan(run, [step])).rejects.toThrow(/abort/u);
    expect(seen).toEqual([]);
  });
});

/** A run whose tools are noted and give nothing. */
function recordedRun(signal: AbortSignal): {
  readonly seen: (readonly [string, ToolStageCall])[];
  readonly run: PlanRun;
} {
  const seen: (readonly [string, ToolStageCall])[] = [];
  const call = { taskId: 'task', mode: 'normal', idempotencyKey: 'task/1.act', tell: () => undefined, signal } as const;
  const runTool: PlanRun['work']['runTool'] = (stage, asked) => {
    seen.push([stage, asked]);
    return Promise.resolve({ notes: {} });
  };
  return { seen, run: { stage: 'act', work: { runTool }, call } };
}
