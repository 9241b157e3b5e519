import type { CompiledPipeline } from '../manifest-compiler/index.ts';
import type { DrawingModel, DrawingNode } from './model.ts';

type Chart = ReturnType<CompiledPipeline['chart']>;
type State = Exclude<Chart['states'], undefined>[string];

/** A state as the file has it: what the compiler wrote, and what people read. */
type ExportedState = Omit<State, 'states'> & {
  readonly description?: string;
  readonly states?: Readonly<Record<string, ExportedState>>;
};

export interface XStateOptions {
  /** `workflow` leaves out what happens within a stage. */
  readonly view?: DrawingModel['view'];
}

/** The config of the machine of a pipeline: JSON, with the names of its guards, actions and actors. */
export function xstateConfig(
  pipeline: CompiledPipeline,
  model: DrawingModel,
  { view }: XStateOptions = {},
): ExportedState {
  const nodes = new Map(model.nodes.map((node) => [node.id, node]));
  return describedState(pipeline.chart(), { nodes, isBrief: view === 'workflow' });
}

/** A file that makes the machine, for tools that read such files. Nothing but names: the engine brings what they stand for. */
export function toXState(pipeline: CompiledPipeline, model: DrawingModel, options: XStateOptions = {}): string {
  const config = JSON.stringify(xstateConfig(pipeline, model, options), undefined, 2);
  return `import { createMachine } from 'xstate';\n\nexport const machine = createMachine(${asScript(config)});\n`;
}

/** JSON may hold what ends a line in old JavaScript, or a script in a page. */
function asScript(json: string): string {
  return json.replaceAll(
    /[<\u2028\u2029]/gu,
    (mark) => String.raw`\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

interface Describing {
  readonly nodes: ReadonlyMap<string, DrawingNode>;
  readonly isBrief: boolean;
}

function describedState(state: State, describing: Describing): ExportedState {
  const { states, ...rest } = state;
  const node = state.meta?.['node'] === undefined ? undefined : describing.nodes.get(state.meta['node']);
  const description = node?.detail === undefined ? {} : { description: node.detail };
  if (node !== undefined && describing.isBrief) return { ...briefState(rest), ...description };
  if (states === undefined) return { ...rest, ...description };
  const inside = Object.entries(states).map(([key, child]) => [key, describedState(child, describing)] as const);
  return { ...rest, ...description, states: Object.fromEntries(inside) };
}

/** A stage without its inside: it is over by an event, since nothing in it can end. */
function briefState({ initial: _initial, onDone = [], ...rest }: Omit<State, 'states'>): Omit<State, 'states'> {
  return { ...rest, on: { 'stage.ended': onDone } };
}
