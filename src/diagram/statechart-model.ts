import type { CompiledPipeline } from '../manifest-compiler/index.ts';
import type { DrawingEdge, DrawingModel, DrawingNode } from './model.ts';

type Chart = ReturnType<CompiledPipeline['chart']>;
type State = Exclude<Chart['states'], undefined>[string];
type Transition = Exclude<State['always'], undefined>[number];

interface Place {
  /** The id of the state in the drawing: its own, or its way from the nearest state that has one. */
  readonly id: string;
  readonly title: string;
  readonly state: State;
  readonly parent?: string;
}

/** The compiled statechart of a pipeline as a drawing: states in states, with all their transitions. */
export function statechartModel(
  pipeline: CompiledPipeline,
  drawn: DrawingModel,
  collapse: readonly string[] = [],
): DrawingModel {
  const places = placesIn(pipeline.chart());
  const byId = new Map(places.map((place) => [place.id, place]));
  const siblings = new Map(places.map((place) => [siblingKey(place.parent, place.title), place.id]));
  const closed = new Set(collapse);
  const isHidden = ({ parent }: Place): boolean => {
    for (let id = parent; id !== undefined; id = byId.get(id)?.parent) if (closed.has(id)) return true;
    return false;
  };
  const shown = places.filter((place) => !isHidden(place));
  const shownIds = new Set(shown.map(({ id }) => id));
  const details = new Map(drawn.nodes.map(({ id, detail }) => [id, detail]));
  const edges = places.flatMap((place) => transitionsOf(place, siblings));
  return {
    workflow: drawn.workflow,
    view: 'statechart',
    nodes: shown.map((place) => stateNode(place, { closed, details })),
    edges: withoutHidden(edges, byId, shownIds),
    entries: [
      ...entryOf('', pipeline.chart(), byId),
      ...shown.flatMap(({ id, state }) => entryOf(id, state, byId)),
    ].filter((id) => shownIds.has(id)),
  };
}

function placesIn(chart: Chart): readonly Place[] {
  const places: Place[] = [];
  const open: Place[] = [...statesOf({ id: '', title: '', state: chart })];
  for (let place = open.shift(); place !== undefined; place = open.shift()) {
    places.push(place);
    open.push(...statesOf(place));
  }
  return places;
}

function statesOf({ id, state }: Place): readonly Place[] {
  return Object.entries(state.states ?? {}).map(([key, child]) => {
    const place = { id: child.id ?? childId(id, key), title: key, state: child };
    return id === '' ? place : Object.assign(place, { parent: id });
  });
}

function childId(parent: string, key: string): string {
  return `${parent}.${key}`; // also at the top: no node has such an id
}

interface Shown {
  readonly closed: ReadonlySet<string>;
  readonly details: ReadonlyMap<string, string | undefined>;
}

function stateNode({ id, title, state, parent }: Place, { closed, details }: Shown): DrawingNode {
  const detail = state.meta === undefined ? undefined : details.get(id);
  const inside = Object.keys(state.states ?? {}).length;
  const isClosed = inside > 0 && closed.has(id);
  return {
    id,
    title,
    type: typeOf(state),
    ...(detail !== undefined && { detail }),
    ...(parent !== undefined && { parent }),
    ...(isClosed && { closed: inside }),
    ...(inside > 0 && !isClosed && { isOpen: true as const }),
  };
}

function typeOf({ type }: State): DrawingNode['type'] {
  return type === undefined ? 'state' : type;
}

function entryOf(id: string, { initial, states = {} }: State, byId: ReadonlyMap<string, Place>): readonly string[] {
  if (initial === undefined) return [];
  const child = states[initial]?.id ?? childId(id, initial);
  return byId.has(child) ? [child] : [];
}

interface Named {
  readonly name: string | undefined;
  readonly kind: DrawingEdge['kind'];
  readonly transitions: readonly Transition[];
}

function transitionsOf(place: Place, siblings: ReadonlyMap<string, string>): readonly DrawingEdge[] {
  const { always = [], on = {}, after = {}, onDone = [] } = place.state;
  const named: readonly Named[] = [
    { name: undefined, kind: 'normal', transitions: always },
    ...Object.entries(on).map(([name, transitions]): Named => ({ name, kind: 'normal', transitions })),
    ...Object.entries(after).map(([delay, transitions]): Named => ({
      name: delayText(delay),
      kind: 'after',
      transitions,
    })),
    { name: 'done', kind: 'normal', transitions: onDone },
  ];
  return named.flatMap(({ name, kind, transitions }, group) =>
    transitions.flatMap((transition, at): readonly DrawingEdge[] => {
      const to = targetOf(place, transition.target, siblings);
      if (to === undefined) return [];
      const label = [name, guardText(transition)].filter((part) => part !== undefined).join(' ');
      return [{ id: `${place.id} ${group}.${at}`, from: place.id, to, kind, ...(label !== '' && { label }) }];
    }),
  );
}

/** A target is the id of a state, or the key of one beside it or in it. */
function targetOf(
  { id, parent }: Place,
  target: string | undefined,
  siblings: ReadonlyMap<string, string>,
): string | undefined {
  if (target === undefined) return undefined;
  if (target.startsWith('#')) return target.slice(1);
  return target.startsWith('.')
    ? siblings.get(siblingKey(id, target.slice(1)))
    : siblings.get(siblingKey(parent, target));
}

function siblingKey(parent: string | undefined, key: string): string {
  return JSON.stringify([parent ?? '', key]);
}

function delayText(delay: string): string {
  const milliseconds = Number(delay);
  if (!Number.isFinite(milliseconds)) return '◷ backoff';
  return milliseconds < 1_000 ? `◷ ${milliseconds} ms` : `◷ ${milliseconds / 1_000} s`;
}

/** What has to hold, by the most telling of its params. */
function guardText({ guard }: Transition): string | undefined {
  if (guard === undefined) return undefined;
  const { status, choice, on, kind, verdict } = guard.params ?? {};
  const telling = status ?? verdict ?? choice ?? on ?? (kind === 'normal' ? undefined : kind);
  return `[${telling ?? guard.type}]`;
}

/** Edges of states that are not shown begin and end at the closed state that holds them. */
function withoutHidden(
  edges: readonly DrawingEdge[],
  byId: ReadonlyMap<string, Place>,
  shown: ReadonlySet<string>,
): readonly DrawingEdge[] {
  const outermost = (id: string): string | undefined => {
    let at: string | undefined = id;
    while (at !== undefined && !shown.has(at)) at = byId.get(at)?.parent;
    return at;
  };
  return edges.flatMap((edge) => {
    const from = outermost(edge.from);
    const to = outermost(edge.to);
    return from === undefined || to === undefined || from === to ? [] : [{ ...edge, from, to }];
  });
}
