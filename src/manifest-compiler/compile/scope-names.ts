import type { GraphNode } from '../../machines/index.ts';
import type { ScopeNames, ScopeVariable, WorkflowShapes } from '../expressions/index.ts';
import type { Ancestors } from '../plan/ancestors.ts';
import { once } from './once.ts';
import { unreadableReason } from './unreadable-stages.ts';

/** Type of the node whose child task it is. */
export type Frame = keyof typeof frameVariables;

/** What expressions of a child task may name besides, by the type of the node that starts it. */
const frameVariables = {
  map: ['item', 'index'],
  repeat: ['iteration'],
  workflow: [],
} as const satisfies Record<string, readonly ScopeVariable[]>;

const variables: readonly ScopeVariable[] = ['task', 'input', 'stages', 'output', 'error', 'arrivals'];

/** What expressions of nodes and edges may name. */
export function variablesIn(frame: Frame | undefined): readonly ScopeVariable[] {
  return frame === undefined ? variables : [...variables, ...frameVariables[frame]];
}

interface Names {
  readonly ancestors: Ancestors;
  /** The node of the pipeline with an id. */
  readonly find: (id: string) => GraphNode | undefined;
  readonly variables: readonly ScopeVariable[];
  readonly shapes: WorkflowShapes | undefined;
}

/** What a node may name; `id` is what the manifest calls it. The list of stages is made when somebody asks for it, which only a fault does. */
export function scopeBefore(
  node: GraphNode,
  names: Names,
  id: string,
): (more?: readonly ScopeVariable[]) => ScopeNames {
  const stages = once(() => names.ancestors.namesOf(node));
  const { shapes } = names;
  const isEntered = node.id === id && node.inbound.length > 0;
  return (more = []) => ({
    // An entry is given the request, whatever leads to it in other pipelines, and what stands in for a stage that failed nothing.
    shapes: shapes && { output: () => (isEntered ? shapes.before(id) : undefined), stage: shapes.of },
    variables: [...names.variables, ...more],
    get stages() {
      return stages();
    },
    hasStage: (name) => names.ancestors.has(node, name),
    whyUnreadable: (name) => unreadableReason(node, name, { ...names, readable: stages }),
  });
}

/** What an edge may name: its node as well. */
export function scopeBehind(node: GraphNode, names: Names, id: string): ScopeNames {
  const { shapes } = names;
  const stages = once(() => [...names.ancestors.namesOf(node), node.id]);
  return {
    shapes: shapes && { output: () => shapes.of(id), stage: shapes.of },
    variables: names.variables,
    get stages() {
      return stages();
    },
    hasStage: (name) => name === node.id || names.ancestors.has(node, name),
    whyUnreadable: (name) => unreadableReason(node, name, { ...names, readable: stages }),
  };
}
