import {
  createStepper,
  createWorkflowMachine,
  type ChartEffect,
  type ChartInput,
  type ChartSnapshot,
  type CompiledPipeline,
  type ScenarioStep,
  type Stepped,
  type Stepper,
  type WorkflowGraph,
} from '../index.ts';
import { endOf, type Walker } from './walk.ts';

/** The statechart, and the stages that it asked for, as a host would have them running. */
interface MachinePosition {
  readonly snapshot: ChartSnapshot;
  readonly stages: ReadonlySet<string>;
}

/** Makes the statechart of a pipeline, to be walked on by XState's own steps. */
export function createMachineWalker({ graph, chart }: CompiledPipeline): Walker<MachinePosition> {
  const stepper = createStepper(createWorkflowMachine(graph, chart()), graph);
  return {
    graph,
    start: () =>
      positionAfter(new Set(), stepper.init({ seed: 'walk', maxParallel: graph.nodes.length, paused: false })),
    endStage: (position, step) => endStage({ stepper, graph }, position, step),
    read: ({ snapshot }) => ({
      control: snapshot.context.control,
      verdict: snapshot.status === 'active' ? 'active' : String(snapshot.value),
    }),
  };
}

function positionAfter(stages: ReadonlySet<string>, { snapshot, effects }: Stepped): MachinePosition {
  const left = new Set(stages);
  for (const effect of effects) {
    if (effect.kind === 'start') left.add(effect.node);
    if (effect.kind === 'stop') left.delete(effect.node);
  }
  return { snapshot, stages: left };
}

function endStage(
  { stepper, graph }: { readonly stepper: Stepper; readonly graph: WorkflowGraph },
  before: MachinePosition,
  step: ScenarioStep,
): MachinePosition | undefined {
  if (!before.stages.has(step.node)) return undefined;
  let position = before;
  const send = (input: ChartInput): readonly ChartEffect[] => {
    const stepped = stepper.step(position.snapshot, input);
    position = positionAfter(position.stages, stepped);
    return stepped.effects;
  };
  const retries = graph.byId.get(step.node)?.retries ?? 0;
  for (let left = retries; left >= 0 && position.stages.has(step.node); left -= 1) {
    const effects = send({ type: 'stage.ended', node: step.node, end: endOf(step) });
    const retry = effects.find((effect) => effect.kind === 'timer' && effect.purpose === 'retry');
    if (retry?.kind === 'timer') send({ type: 'timer.fired', id: retry.id });
  }
  return position;
}
