import {
  createStepper,
  createWorkflowMachine,
  type ChartEffect,
  type ChartInput,
  type CompiledPipeline,
  type Scenario,
  type ScenarioStep,
  type Stepper,
} from '../index.ts';
import { endOf, readWalk, type Walk } from './walk.ts';

/** The statechart under a walk: what it asked for, as a host would have it running. */
interface Running {
  readonly send: (input: ChartInput) => readonly ChartEffect[];
  readonly stages: Set<string>;
  readonly retriesOf: (node: string) => number;
}

/** Makes the statechart of a pipeline once, and walks scenarios on it by XState's own steps. */
export function createMachineWalk({ graph, chart }: CompiledPipeline): (scenario: Scenario) => Walk {
  const stepper: Stepper = createStepper(createWorkflowMachine(graph, chart()), graph);
  return ({ steps }) => {
    const stages = new Set<string>();
    let { snapshot, effects } = stepper.init({ seed: 'walk', maxParallel: graph.nodes.length, paused: false });
    note(stages, effects);
    const send = (input: ChartInput): readonly ChartEffect[] => {
      ({ snapshot, effects } = stepper.step(snapshot, input));
      note(stages, effects);
      return effects;
    };
    const retriesOf = (node: string): number => graph.byId.get(node)?.retries ?? 0;
    const idle = steps.filter((step) => !endStage({ send, stages, retriesOf }, step)).map(({ node }) => node);
    const verdict = snapshot.status === 'active' ? 'active' : String(snapshot.value);
    return readWalk(graph, snapshot.context.control, { verdict, idle });
  };
}

function note(stages: Set<string>, effects: readonly ChartEffect[]): void {
  for (const effect of effects) {
    if (effect.kind === 'start') stages.add(effect.node);
    if (effect.kind === 'stop') stages.delete(effect.node);
  }
}

/** Ends a stage, and every further attempt that it is given. Tells whether it ran. */
function endStage({ send, stages, retriesOf }: Running, step: ScenarioStep): boolean {
  if (!stages.has(step.node)) return false;
  for (let left = retriesOf(step.node); left >= 0 && stages.has(step.node); left -= 1) {
    const effects = send({ type: 'stage.ended', node: step.node, end: endOf(step) });
    const retry = effects.find((effect) => effect.kind === 'timer' && effect.purpose === 'retry');
    if (retry?.kind === 'timer') send({ type: 'timer.fired', id: retry.id });
  }
  return true;
}
