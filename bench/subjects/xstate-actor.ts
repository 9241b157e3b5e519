import path from 'node:path';
import { assign, createActor, fromPromise, setup, toPromise } from 'xstate';
import { layersOf, type Vertex } from '../support/layers.ts';
import type { Subject, Work } from '../support/workload.ts';
import { openJournal } from './journal.ts';

interface Values {
  readonly output: unknown;
  /** Texts that stages gave as their own. */
  readonly outputs: readonly unknown[];
  /** Stages of the layer that are still at work. */
  readonly left: number;
}

interface StageInput {
  readonly at: number;
  readonly value: unknown;
}

interface StageDone {
  readonly type: string;
  readonly output: unknown;
}

/** Values that stand for their types. */
const types: { context: Values; events: StageDone; input: unknown; output: unknown } = {
  context: { output: undefined, outputs: [], left: 0 },
  events: { type: 'stage.done', output: undefined },
  input: undefined,
  output: undefined,
};

/** A flat chart as one writes it by hand: a state for each layer, which invokes the stages of the layer. */
export const xstateActor: Subject = async ({ shape, work }) => {
  const machine = machineOf(layersOf(shape), work);
  return {
    async runTask(input) {
      const actor = createActor(machine, { input });
      actor.start();
      return toPromise(actor);
    },
    async close() {},
  };
};

/** The same chart, of which a whole snapshot is stored whenever it changes. */
export const xstateSnapshots: Subject = async ({ shape, work, directory }) => {
  const machine = machineOf(layersOf(shape), work);
  const database = openJournal(path.join(directory, 'snapshots.db'), 'NORMAL');
  database.exec('CREATE TABLE snapshots (task INTEGER PRIMARY KEY, snapshot TEXT) STRICT');
  const store = database.prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?)');
  let tasks = 0;
  return {
    async runTask(input) {
      tasks += 1;
      const task = tasks;
      const actor = createActor(machine, { input });
      actor.subscribe(() => void store.run(task, JSON.stringify(actor.getPersistedSnapshot())));
      actor.start();
      return toPromise(actor);
    },
    close: async () => database.close(),
  };
};

function machineOf(layers: readonly (readonly Vertex[])[], work: Work) {
  const keepsAll = work.shape.text?.isCarried === false;
  const states = layers.map((layer, index) => [`layer${index}`, layerState(layer, `layer${index + 1}`)] as const);
  return setup({
    types,
    actors: { stage: fromPromise(({ input }: { input: StageInput }) => work.run(input.at, input.value)) },
    actions: {
      begin: assign({ left: (_, { width }: { width: number }) => width }),
      take: assign({
        output: ({ event }) => event.output,
        outputs: ({ context, event }) => (keepsAll ? [...context.outputs, event.output] : context.outputs),
        left: ({ context }) => context.left - 1,
      }),
    },
    guards: { isOver: ({ context }) => context.left === 0 },
  }).createMachine({
    context: ({ input }) => ({ output: input, outputs: [], left: 0 }),
    initial: 'layer0',
    states: { ...Object.fromEntries(states), [`layer${layers.length}`]: { type: 'final' } },
    output: ({ context }: { context: Values }) => context.output,
  });
}

/** A single stage leads on by itself; of several the last one does. */
function layerState(layer: readonly Vertex[], target: string) {
  const isAlone = layer.length === 1;
  return {
    ...(!isAlone && {
      entry: { type: 'begin' as const, params: { width: layer.length } },
      always: { guard: 'isOver' as const, target },
    }),
    invoke: layer.map(({ at }) => ({
      src: 'stage' as const,
      id: `s${at}`,
      input: ({ context }: { context: Values }) => ({ at, value: context.output }),
      onDone: { ...(isAlone && { target }), actions: 'take' as const },
    })),
  };
}
