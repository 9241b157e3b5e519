import { EngineError } from '../errors/index.ts';
import { edgeNames, namesOf, type WorkflowGraph } from '../machines/index.ts';
import { nearestWord } from '../services/index.ts';

/**
 * Breakpoints as they are kept: ids of nodes, and edges as `from->to`. Throws TASK_BREAKPOINT_UNKNOWN for what is no place
 * in the workflow to pause at.
 */
export function readBreakpoints(graph: WorkflowGraph, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const nodes = new Set(graph.nodes.filter(({ closes }) => closes === undefined).flatMap(namesOf));
  const edges = new Set(graph.edges.filter(({ to }) => to.closes === undefined).flatMap(edgeNames));
  const read = names.map((given) => {
    const name = given.trim().replace(/\s*->\s*/u, '->');
    if (nodes.has(name) || edges.has(name)) return name;
    throw name.includes('->') ? unknownEdge(graph, name, edges) : unknownNode(graph, name, nodes);
  });
  return [...new Set(read)];
}

const shownNames = 12;

function unknownNode(graph: WorkflowGraph, name: string, known: ReadonlySet<string>): EngineError {
  if (graph.byId.has(name)) return atEnd(name, name);
  const hint = `Name one of these: ${[...known].slice(0, shownNames).join(', ')}${known.size > shownNames ? ', …' : ''}.`;
  return unknown(`There is no node "${name}" to pause before.`, nearestWord(name, [...known]), hint);
}

function unknownEdge(graph: WorkflowGraph, name: string, known: ReadonlySet<string>): EngineError {
  const edge = graph.edges.find((one) => edgeNames(one).includes(name));
  if (edge !== undefined) return atEnd(name, edge.to.id);
  const guess = nearestWord(name, [...known]);
  const from = name.slice(0, name.lastIndexOf('->'));
  const own = [...known].filter((one) => one.startsWith(`${from}->`));
  const hint = guess === undefined && own.length > 0 ? `Edges from "${from}": ${own.join(', ')}.` : undefined;
  return unknown(`There is no edge "${name}" to pause at.`, guess, hint);
}

function atEnd(name: string, end: string): EngineError {
  return unknown(
    `The breakpoint "${name}" is at the end "${end}", which takes no time.`,
    undefined,
    'Break on the node before it.',
  );
}

function unknown(message: string, guess: string | undefined, hint?: string): EngineError {
  return new EngineError('TASK_BREAKPOINT_UNKNOWN', message, {
    hint:
      guess === undefined
        ? (hint ?? 'Name a node of the pipeline, or an edge as from->to.')
        : `Did you mean "${guess}"?`,
  });
}
