import { layersOf } from '../support/layers.ts';
import { hasFunctions, loadPeer } from '../support/peer.ts';
import { stagesOf, type Setting, type Subject, type Workload } from '../support/workload.ts';
import { openSqliteSaver } from './langgraph-sqlite.ts';

interface State {
  readonly count: number;
  readonly value: unknown;
  readonly outputs: readonly unknown[];
}

type Stage = (state: State) => Promise<Partial<State>>;

interface Config {
  readonly recursionLimit: number;
  readonly configurable: { readonly thread_id: string };
}

interface CompiledGraph {
  invoke(input: Partial<State> | null, config: Config): Promise<State>;
}

interface Graph {
  addNode(name: string, stage: Stage): unknown;
  addEdge(from: string | string[], to: string): unknown;
  compile(options: { checkpointer?: unknown }): CompiledGraph;
}

interface Channel<Value> {
  reducer(before: Value, next: Value): Value;
  default(): Value;
}

interface LangGraph {
  readonly StateGraph: new (annotation: unknown) => Graph;
  readonly Annotation: { Root(channels: Record<string, unknown>): unknown } & (<Value>(
    channel: Channel<Value>,
  ) => unknown);
  readonly MemorySaver: new () => { deleteThread(task: string): Promise<void> };
  readonly START: string;
  readonly END: string;
}

/** What keeps the checkpoints of a graph. */
interface Keeper {
  readonly checkpointer?: unknown;
  /** Called when a task is over. */
  readonly forget: (task: string) => Promise<void>;
  readonly close: () => void;
}

type Keep = (library: LangGraph, directory: string) => Promise<Keeper>;

export const langGraph: Subject = (setting) => createWorkload(setting, async () => ({ async forget() {}, close() {} }));

/** Checkpoints of a task that is over are thrown away, or they would fill the memory. */
export const langGraphMemory: Subject = (setting) =>
  createWorkload(setting, async ({ MemorySaver }) => {
    const checkpointer = new MemorySaver();
    return { checkpointer, forget: (task) => checkpointer.deleteThread(task), close() {} };
  });

export const langGraphSqlite: Subject = (setting) =>
  createWorkload(setting, async (_, directory) => {
    const { checkpointer, close } = await openSqliteSaver(directory);
    return { checkpointer, async forget() {}, close };
  });

async function createWorkload(setting: Setting, keep: Keep): Promise<Workload> {
  const library = await loadPeer('@langchain/langgraph', isLangGraph);
  const { checkpointer, forget, close } = await keep(library, setting.directory);
  const graph = graphOf(library, setting).compile({ ...(checkpointer !== undefined && { checkpointer }) });
  const stages = stagesOf(setting.shape);
  let tasks = 0;
  return {
    async runTask(input) {
      tasks += 1;
      const task = `task${tasks}`;
      const config = { recursionLimit: stages + 10, configurable: { thread_id: task } };
      const state = await graph.invoke({ value: input }, config);
      await forget(task);
      if (state.count !== stages) throw new Error(`LangGraph.js counted ${state.count} stages instead of ${stages}.`);
      return state.value;
    },
    async close() {
      close();
    },
  };
}

/** Every stage hands a value on; texts of its own are kept as well, as a list of messages is. */
function graphOf({ StateGraph, Annotation, START, END }: LangGraph, { shape, work }: Setting): Graph {
  const keepsAll = shape.text?.isCarried === false;
  const graph = new StateGraph(
    Annotation.Root({
      count: Annotation({ reducer: (before: number, next: number) => before + next, default: () => 0 }),
      value: Annotation({ reducer: (_: unknown, next: unknown) => next, default: () => undefined }),
      outputs: Annotation({ reducer: appended, default: () => [] }),
    }),
  );
  const layers = layersOf(shape);
  for (const { at, needs } of layers.flat()) {
    graph.addNode(`s${at}`, async ({ value }) => {
      const output = await work.run(at, value);
      return { count: 1, value: output, ...(keepsAll && { outputs: [output] }) };
    });
    if (needs.length === 0) graph.addEdge(START, `s${at}`);
  }
  for (const { at, needs } of layers.flat()) {
    const [only] = needs;
    if (needs.length > 1)
      graph.addEdge(
        needs.map((need) => `s${need}`),
        `s${at}`,
      );
    else if (only !== undefined) graph.addEdge(`s${only}`, `s${at}`);
  }
  for (const { at } of layers.at(-1) ?? []) graph.addEdge(`s${at}`, END);
  return graph;
}

function appended(before: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  return [...before, ...next];
}

function isLangGraph(module: unknown): module is LangGraph {
  return hasFunctions(module, ['StateGraph', 'Annotation', 'MemorySaver']);
}
