import { assign, createActor, setup } from 'xstate';
import { layersOf, type Vertex } from '../support/layers.ts';
import type { Subject } from '../support/workload.ts';

type Machine = ReturnType<typeof machineOf>;

type Scope = Parameters<Machine['transition']>[2];

interface Counter {
  readonly left: number;
}

const types: { context: Counter; events: { type: 'stage.done' } } = {
  context: { left: 0 },
  events: { type: 'stage.done' },
};

/** The flat chart as a pure function from state and event to state: stages and their values are the caller's. */
export const xstateStepping: Subject = async ({ shape, work }) => {
  const layers = layersOf(shape);
  const machine = machineOf(layers);
  const scope = inertScope(machine);
  return {
    async runTask(input) {
      let snapshot = machine.getInitialSnapshot(scope);
      let output = input;
      while (snapshot.status === 'active') {
        const layer = layers[typeof snapshot.value === 'string' ? Number(snapshot.value) : -1] ?? [];
        const before = output;
        const step = (value: unknown): void => {
          output = value;
          snapshot = machine.transition(snapshot, { type: 'stage.done' }, scope);
        };
        const [first] = layer;
        if (first !== undefined && layer.length === 1) step(await work.run(first.at, before));
        else await Promise.all(layer.map(async ({ at }) => step(await work.run(at, before))));
      }
      return output;
    },
    async close() {},
  };
};

function machineOf(layers: readonly (readonly Vertex[])[]) {
  const states = layers.map((layer, index) => [`${index}`, layerState(layer.length, `${index + 1}`)] as const);
  return setup({
    types,
    actions: {
      begin: assign({ left: (_, { width }: { width: number }) => width }),
      take: assign({ left: ({ context }) => context.left - 1 }),
    },
    guards: { isLast: ({ context }) => context.left === 1 },
  }).createMachine({
    context: { left: 0 },
    initial: '0',
    states: { ...Object.fromEntries(states), [`${layers.length}`]: { type: 'final' } },
  });
}

function layerState(width: number, target: string) {
  if (width === 1) return { on: { 'stage.done': { target } } };
  return {
    entry: { type: 'begin' as const, params: { width } },
    on: { 'stage.done': [{ guard: 'isLast' as const, target }, { actions: 'take' as const }] },
  };
}

/** XState's own `transition()` builds an actor at every call; one scope that does nothing will do. */
function inertScope(machine: Machine): Scope {
  const self = createActor(machine);
  return {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    stopChild: nothing,
    emit: nothing,
    actionExecutor: nothing,
  };
}

function nothing(): void {}
