import type { ChartEffect, ChartSnapshot, ChartState, WorkflowChart } from '../../src/machines/index.ts';

/** In which of its states each active stage is, read from the value of a snapshot along the chart. */
export function stagesIn(chart: WorkflowChart, snapshot: ChartSnapshot): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  collectStages(chart, snapshot.value, found);
  return found;
}

function collectStages(state: ChartState, value: unknown, found: Map<string, string>): void {
  const node = state.meta?.['node'];
  if (node !== undefined) {
    found.set(node, String(value));
    return;
  }
  if (typeof value === 'string') collectIn(state, [value, undefined], found);
  else if (typeof value === 'object' && value !== null) {
    for (const entry of Object.entries(value)) collectIn(state, entry, found);
  }
}

function collectIn(state: ChartState, [key, value]: readonly [string, unknown], found: Map<string, string>): void {
  const child = state.states?.[key];
  if (child === undefined) throw new Error(`The chart has no state "${key}" here.`);
  collectStages(child, value, found);
}

/** Ids of the stages that are in one of these states, in order. */
export function stagesBeing(stages: ReadonlyMap<string, string>, ...states: readonly string[]): readonly string[] {
  return [...stages].flatMap(([node, state]) => (states.includes(state) ? [node] : [])).toSorted();
}

export type TimerEffect = ChartEffect & { readonly kind: 'timer' };

/** What a host that carries out effects has running, by the effects alone. */
export interface HostBook {
  readonly running: ReadonlySet<string>;
  readonly timers: ReadonlyMap<string, TimerEffect>;
}

export const emptyBook: HostBook = { running: new Set(), timers: new Map() };

/** Enters the effects of a step. Throws when one makes no sense: a host could not carry it out. */
export function enterEffects(book: HostBook, effects: readonly ChartEffect[]): HostBook {
  const running = new Set(book.running);
  const timers = new Map(book.timers);
  for (const effect of effects) {
    switch (effect.kind) {
      case 'start':
        if (running.has(effect.node)) throw new Error(`Stage "${effect.node}" is started while it runs.`);
        running.add(effect.node);
        break;
      case 'stop':
        if (!running.delete(effect.node)) throw new Error(`Stage "${effect.node}" is stopped, but does not run.`);
        break;
      case 'timer':
        if (timers.has(effect.id)) throw new Error(`Timer "${effect.id}" is set a second time.`);
        timers.set(effect.id, effect);
        break;
      case 'clear':
        timers.delete(effect.id);
        break;
    }
  }
  return { running, timers };
}

/** The book without a timer that has fired. */
export function withoutTimer(book: HostBook, id: string): HostBook {
  return { running: book.running, timers: new Map([...book.timers].filter(([other]) => other !== id)) };
}
