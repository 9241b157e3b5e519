import type { DrawingEdge, DrawingModel, DrawingNode, DrawingType } from './model.ts';
import { plainLine, withoutMiddle } from './text-width.ts';

const shapes: Readonly<Record<DrawingType, string>> = {
  agent: 'shape=box, style=rounded',
  tool: 'shape=box',
  transform: 'shape=parallelogram',
  decision: 'shape=diamond',
  merge: 'shape=invtrapezium',
  feedback: 'shape=hexagon',
  map: 'shape=box3d',
  repeat: 'shape=box, peripheries=2',
  workflow: 'shape=component',
  end: 'shape=box, style=rounded, peripheries=2',
  state: 'shape=box, style=rounded',
  parallel: 'shape=box, style=dashed',
  final: 'shape=doublecircle',
};

const lines: Readonly<Record<DrawingEdge['kind'], string>> = {
  normal: '',
  conditional: '',
  error: 'style=dashed, color="#8F1F08", fontcolor="#8F1F08", arrowhead=open',
  fallback: 'style=dotted, penwidth=2, color="#7B3F92", fontcolor="#7B3F92"',
  after: 'style=dashed, color="#9A6400", fontcolor="#9A6400"',
};

const mostCharacters = 60;

/** A drawing in the language of Graphviz. The same model gives the same bytes. */
export function toDot(model: DrawingModel): string {
  const names = new Map(model.nodes.map(({ id }, at) => [id, at]));
  const children = Map.groupBy(model.nodes, ({ parent }) => parent);
  return [
    `digraph ${quoted(model.workflow)} {`,
    '  compound=true;',
    '  node [fontname="Helvetica", fontsize=11];',
    '  edge [fontname="Helvetica", fontsize=10];',
    ...frameLines(children, { frame: undefined, indent: '  ', names }),
    ...model.entries.map((_, at) => `  "entry ${at + 1}" [shape=point, width=0.15, label=""];`),
    ...model.entries.map((id, at) => `  "entry ${at + 1}" -> ${endOf(id, children)}${headOf(id, children, names)};`),
    ...model.edges.map((edge) => edgeLine(edge, children, names)),
    '}',
    '',
  ].join('\n');
}

type Children = ReadonlyMap<string | undefined, readonly DrawingNode[]>;

interface Frame {
  readonly frame: string | undefined;
  readonly indent: string;
  readonly names: ReadonlyMap<string, number>;
}

function frameLines(children: Children, { frame, indent, names }: Frame): readonly string[] {
  return (children.get(frame) ?? []).flatMap((node) => {
    if (!isCluster(node, children)) {
      return [`${indent}${quoted(node.id)} [${shapes[node.type]}, label=${labelOf(node)}];`];
    }
    const inside = frameLines(children, { frame: node.id, indent: `${indent}  `, names });
    const label = [`${indent}  label=${labelOf(node)};`, `${indent}  style="rounded";`];
    return [`${indent}subgraph "cluster_${names.get(node.id) ?? 0}" {`].concat(label, inside, `${indent}}`);
  });
}

function isCluster({ id, isOpen }: DrawingNode, children: Children): boolean {
  return isOpen === true && (children.get(id)?.length ?? 0) > 0;
}

function labelOf({ title, detail, isFailure }: DrawingNode): string {
  const first = short(`${isFailure === true ? '✕ ' : ''}${title}`);
  return detail === undefined ? `"${first}"` : `"${first}\\n${short(detail)}"`;
}

/** Graphviz draws edges between nodes alone; one of a frame begins or ends at its border by `ltail` and `lhead`. */
function endOf(id: string, children: Children): string {
  let end = id;
  for (let [first] = children.get(end) ?? []; first !== undefined; [first] = children.get(end) ?? []) end = first.id;
  return quoted(end);
}

function headOf(id: string, children: Children, names: ReadonlyMap<string, number>): string {
  return (children.get(id)?.length ?? 0) > 0 ? ` [lhead="cluster_${names.get(id) ?? 0}"]` : '';
}

function edgeLine(
  { from, to, kind, label }: DrawingEdge,
  children: Children,
  names: ReadonlyMap<string, number>,
): string {
  const cluster = (id: string, side: string): readonly string[] =>
    (children.get(id)?.length ?? 0) > 0 ? [`${side}="cluster_${names.get(id) ?? 0}"`] : [];
  const text = short(label ?? '');
  const parts = [
    ...(lines[kind] === '' ? [] : [lines[kind]]),
    ...(text === '' ? [] : [`label="${text}"`]),
    ...cluster(from, 'ltail'),
    ...cluster(to, 'lhead'),
  ];
  return `  ${endOf(from, children)} -> ${endOf(to, children)}${parts.length === 0 ? '' : ` [${parts.join(', ')}]`};`;
}

function quoted(text: string): string {
  return `"${escaped(plainLine(text))}"`;
}

function short(text: string): string {
  return escaped(withoutMiddle(text, mostCharacters));
}

/** Graphviz reads "&" as the beginning of an HTML entity, and cuts off what follows a backslash. */
function escaped(text: string): string {
  return text.replaceAll(/["\\]/gu, String.raw`\$&`).replaceAll('&', '&amp;');
}
