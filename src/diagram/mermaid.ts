import type { DrawingEdge, DrawingModel, DrawingNode, DrawingType } from './model.ts';
import { mermaidText } from './mermaid-text.ts';
import { withoutMiddle } from './text-width.ts';

/** What stands on both sides of the text of a node. */
const shapes = {
  agent: ['(', ')'],
  tool: ['[', ']'],
  transform: ['[/', '/]'],
  decision: ['{', '}'],
  merge: ['[\\', '/]'],
  feedback: ['{{', '}}'],
  map: ['[[', ']]'],
  repeat: ['[[', ']]'],
  workflow: ['[[', ']]'],
  end: ['([', '])'],
  state: ['(', ')'],
  parallel: ['[[', ']]'],
  final: ['([', '])'],
} as const satisfies Record<DrawingType, readonly [string, string]>;

const lines = {
  normal: { arrow: '-->', style: undefined },
  conditional: { arrow: '-->', style: undefined },
  error: { arrow: '-.->', style: 'stroke:#8F1F08,color:#8F1F08,stroke-dasharray:7 4' },
  fallback: { arrow: '-.->', style: 'stroke:#7B3F92,color:#7B3F92,stroke-width:2px,stroke-dasharray:2 3.5' },
  after: { arrow: '-.->', style: 'stroke:#9A6400,color:#9A6400,stroke-dasharray:10 3 2 3' },
} as const satisfies Record<DrawingEdge['kind'], { arrow: string; style: string | undefined }>;

const mostCharacters = 60;

/** A drawing as a Mermaid flowchart. The same model gives the same bytes. */
export function toMermaid(model: DrawingModel): string {
  const names = mermaidNames(model.nodes);
  const nameOf = (id: string): string => names.get(id) ?? '';
  return [
    'flowchart TB',
    ...nodeLines(model, { nameOf, frame: undefined, indent: '  ' }),
    ...model.entries.map((_, index) => `  entry_${index + 1}((" "))`),
    ...model.edges.map((edge) => `  ${nameOf(edge.from)} ${edgeArrow(edge)} ${nameOf(edge.to)}`),
    // After all others, since styles count edges from the first one.
    ...model.entries.map((id, index) => `  entry_${index + 1} --> ${nameOf(id)}`),
    ...linkStyles(model.edges),
    '',
  ].join('\n');
}

interface Place {
  readonly nameOf: (id: string) => string;
  readonly frame: string | undefined;
  readonly indent: string;
}

/** The nodes of a frame; a node whose children are drawn is a subgraph. */
function nodeLines(model: DrawingModel, { nameOf, frame, indent }: Place): readonly string[] {
  const inside = model.nodes.filter(({ parent }) => parent === frame);
  return inside.flatMap((node) => {
    if (node.isOpen !== true) return [`${indent}${nameOf(node.id)}${nodeShape(node)}`];
    const nodes = nodeLines(model, { nameOf, frame: node.id, indent: `${indent}  ` });
    return [`${indent}subgraph ${nameOf(node.id)}[${nodeText(node)}]`].concat(nodes, `${indent}end`);
  });
}

/** Names that are no word of Mermaid's; "-" could be read as an arrow. */
function mermaidNames(nodes: readonly DrawingNode[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { id } of nodes) {
    const plain = `n_${id.replaceAll(/\W/gu, '_')}`;
    let name = plain;
    for (let count = 2; taken.has(name); count += 1) name = `${plain}__${count}`;
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

function nodeShape(node: DrawingNode): string {
  const [before, after] = shapes[node.type];
  return `${before}${nodeText(node)}${after}`;
}

function nodeText({ title, detail, isFailure }: DrawingNode): string {
  const first = mermaidText(`${isFailure === true ? '✕ ' : ''}${withoutMiddle(title, mostCharacters)}`);
  if (detail === undefined) return first;
  const second = mermaidText(withoutMiddle(detail, mostCharacters));
  return `${first.slice(0, -1)}<br/>${second.slice(1)}`;
}

function edgeArrow({ kind, label }: DrawingEdge): string {
  const { arrow } = lines[kind];
  const text = mermaidText(withoutMiddle(label ?? '', mostCharacters));
  return text === '""' ? arrow : `${arrow}|${text}|`; // Mermaid takes no empty label
}

function linkStyles(edges: readonly DrawingEdge[]): readonly string[] {
  return (['error', 'fallback', 'after'] as const).flatMap((kind) => {
    const places = edges.flatMap((edge, place) => (edge.kind === kind ? [place] : []));
    return places.length === 0 ? [] : [`  linkStyle ${places.join(',')} ${lines[kind].style}`];
  });
}
