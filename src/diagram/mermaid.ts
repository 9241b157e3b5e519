import type { EdgeType, NodeType } from '../manifest/index.ts';
import type { DrawingEdge, DrawingModel, DrawingNode } from './drawing-model.ts';
import { mermaidText, withoutMiddle } from './mermaid-text.ts';

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
} as const satisfies Record<NodeType, readonly [string, string]>;

const lines = {
  normal: { arrow: '-->', style: undefined },
  conditional: { arrow: '-->', style: undefined },
  error: { arrow: '-.->', style: 'stroke:#8F1F08,color:#8F1F08,stroke-dasharray:7 4' },
  fallback: { arrow: '-.->', style: 'stroke:#7B3F92,color:#7B3F92,stroke-width:2px,stroke-dasharray:2 3.5' },
} as const satisfies Record<EdgeType, { arrow: string; style: string | undefined }>;

const mostCharacters = 60;

/** A drawing as a Mermaid flowchart. The same model gives the same bytes. */
export function toMermaid(model: DrawingModel): string {
  const names = mermaidNames(model.nodes);
  const nameOf = (id: string): string => names.get(id) ?? '';
  return [
    'flowchart TB',
    ...model.nodes.map((node) => `  ${nameOf(node.id)}${nodeShape(node)}`),
    ...model.entries.map((_, index) => `  entry_${index + 1}((" "))`),
    ...model.edges.map((edge) => `  ${nameOf(edge.from)} ${edgeArrow(edge)} ${nameOf(edge.to)}`),
    // After all others, since styles count edges from the first one.
    ...model.entries.map((id, index) => `  entry_${index + 1} --> ${nameOf(id)}`),
    ...linkStyles(model.edges),
    '',
  ].join('\n');
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

function nodeShape({ title, type, detail, isFailure }: DrawingNode): string {
  const [before, after] = shapes[type];
  const first = mermaidText(`${isFailure === true ? '✕ ' : ''}${withoutMiddle(title, mostCharacters)}`);
  if (detail === undefined) return `${before}${first}${after}`;
  const second = mermaidText(withoutMiddle(detail, mostCharacters));
  return `${before}${first.slice(0, -1)}<br/>${second.slice(1)}${after}`;
}

function edgeArrow({ kind, label }: DrawingEdge): string {
  const { arrow } = lines[kind];
  const text = mermaidText(withoutMiddle(label ?? '', mostCharacters));
  return text === '""' ? arrow : `${arrow}|${text}|`; // Mermaid takes no empty label
}

function linkStyles(edges: readonly DrawingEdge[]): readonly string[] {
  return (['error', 'fallback'] as const).flatMap((kind) => {
    const places = edges.flatMap((edge, place) => (edge.kind === kind ? [place] : []));
    return places.length === 0 ? [] : [`  linkStyle ${places.join(',')} ${lines[kind].style}`];
  });
}
