import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore, type Criterion, type Scenario } from '../../../src/index.ts';
import { compareWalk } from '../../../src/testing/compare-walk.ts';
import { createMachineWalker } from '../../../src/testing/walk-machine.ts';
import { createTaskWalker } from '../../../src/testing/walk-task.ts';
import { createWalk } from '../../../src/testing/walk.ts';
import { outlineWorkflow } from '../../../src/manifest-compiler/plan/workflow-plan.ts';
import type { CompiledPipeline } from '../../../src/manifest-compiler/index.ts';
import type { WorkflowSpec } from '../../../src/manifest/index.ts';
import { chainWorkflow, reviewWorkflow } from '../../support/known-workflows.ts';
import { propertySettings } from '../../support/property-settings.ts';
import { workflows } from '../../support/workflow-generator.ts';
import { compileWorkflow } from '../../support/workflow-subject.ts';

function pipelineOf(workflow: WorkflowSpec): CompiledPipeline {
  const { graph, chart } = compileWorkflow(workflow);
  return {
    id: 'main',
    workflow,
    outline: outlineWorkflow(workflow, {}),
    graph,
    programs: new Map(),
    chart: () => chart,
  };
}

/** What two walks of a pipeline, each used for one scenario after the other, do that a scenario does not tell. */
function checkedWalk(pipeline: CompiledPipeline): (scenario: Scenario) => readonly string[] {
  const walks = [createWalk(createMachineWalker(pipeline)), createWalk(createTaskWalker(pipeline))];
  return (scenario) => walks.flatMap((walk) => compareWalk(pipeline, scenario, walk(scenario)));
}

describe('walks', () => {
  it('do what scenarios tell, on the statechart and as a task, with retries and timeouts', () => {
    const criteria = fc.constantFrom<Criterion>('edges', 'outcomes', 'pairs');
    fc.assert(
      fc.property(workflows(), criteria, (workflow, criterion) => {
        const pipeline = pipelineOf(workflow);
        const differences = checkedWalk(pipeline);
        for (const scenario of explore(pipeline.graph, criterion, { limit: 500 }).scenarios) {
          expect(differences(scenario)).toEqual([]);
        }
      }),
      propertySettings(200),
    );
  });

  it('tell each way in which a run differs from its scenario', () => {
    const pipeline = pipelineOf(reviewWorkflow);
    const [scenario] = explore(pipeline.graph, 'nodes').scenarios;
    if (scenario === undefined) throw new Error('There is a scenario.');
    const wrong: Scenario = {
      ...scenario,
      steps: [{ node: 'rescue', outcome: { kind: 'done' } }, ...scenario.steps.slice(0, 2)],
      trace: ['start', 'ended'],
      live: ['start->plan', 'no->edge'],
      verdict: 'partial',
    };
    const told = [
      '"rescue" did not run when its turn had come.',
      'Missing taken edges: no->edge.',
      'Unexpected taken edges: plan->triage.',
      'Missing ends: ended.',
      'The run was active where partial was expected.',
    ];
    const differences = checkedWalk(pipeline);
    expect([wrong, scenario, wrong].map(differences)).toEqual([[...told, ...told], [], [...told, ...told]]);
  });

  it('do not walk again what a scenario has in common with the beginning of the one before', () => {
    const pipeline = pipelineOf(chainWorkflow(50));
    const walker = createMachineWalker(pipeline);
    let ended = 0;
    const walk = createWalk({
      ...walker,
      endStage: (position, step) => {
        ended += 1;
        return walker.endStage(position, step);
      },
    });
    const { scenarios } = explore(pipeline.graph, 'outcomes');
    expect(scenarios.flatMap((scenario) => compareWalk(pipeline, scenario, walk(scenario)))).toEqual([]);
    // The first goes to the end, and each of the others fails one stage later than the one before.
    expect([scenarios.length, ended]).toEqual([51, 50 + 1 + 49 * 2]);
  });
});
