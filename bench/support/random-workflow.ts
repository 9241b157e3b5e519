interface Node {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly [field: string]: unknown;
}

interface Growing {
  readonly nodes: Node[];
  readonly edges: Edge[];
  /** Branches that can go on; a merge takes two of them. */
  readonly open: Set<string>;
  readonly draw: (below: number) => number;
}

/** A workflow of steps, decisions, merges and error edges, the same for the same seed. */
export function randomWorkflow(size: number, seed = 1): unknown {
  const growing: Growing = {
    nodes: [{ id: 'n0', type: 'transform', output: { at: 0 } }],
    edges: [],
    open: new Set(['n0']),
    draw: generator(seed),
  };
  const { nodes, edges, draw } = growing;
  while (nodes.length < size - 1) {
    const kind = draw(10);
    if (kind < 3 && growing.open.size > 1) addMerge(growing);
    else if (kind === 3) addDecision(growing);
    else addStep(growing, kind);
  }
  nodes.push({ id: 'failed', type: 'end', status: 'failure' });
  for (const { id, type } of nodes) if (type === 'tool') edges.push({ from: id, to: 'failed', type: 'error' });
  return { workflow: { id: `random${size}`, nodes, edges } };
}

function addMerge({ nodes, edges, open, draw }: Growing): void {
  const id = `n${nodes.length}`;
  nodes.push({ id, type: 'merge', ...(draw(4) === 0 && { join: 'any' }) });
  for (const from of [takeOne(open, draw), takeOne(open, draw)]) edges.push({ from, to: id });
  // It has one edge onwards: a step of its own goes on, and may branch.
  const behind = `${id}_on`;
  nodes.push({ id: behind, type: 'transform', output: { at: 1 } });
  edges.push({ from: id, to: behind });
  open.add(behind);
}

function addDecision({ nodes, edges, open, draw }: Growing): void {
  const id = `n${nodes.length}`;
  nodes.push({ id, type: 'decision' });
  edges.push({ from: takeOne(open, draw), to: id });
  const choices = Array.from({ length: draw(3) + 3 }, (_, at) => `${id}_${at}`);
  for (const [at, choice] of choices.entries()) {
    nodes.push({ id: choice, type: 'transform', output: `\${{ stages.${id}.output }}` });
    edges.push({ from: id, to: choice, ...(at > 0 && { when: `output.at == ${at}` }) });
    open.add(choice);
  }
}

function addStep({ nodes, edges, open, draw }: Growing, kind: number): void {
  const id = `n${nodes.length}`;
  const from = takeOne(open, draw);
  const isTool = kind === 4;
  nodes.push(
    isTool
      ? { id, type: 'tool', tool: 'work', arguments: { text: `\${{ stages.${from}.output }}` }, retries: 1 }
      : { id, type: 'transform', output: { at: `\${{ stages.${from}.status }}`, size: '${{ 1 + 1 }}' } },
  );
  edges.push({ from, to: id });
  open.add(id);
  if (kind > 7) open.add(from); // another branch begins there
}

function takeOne(open: Set<string>, draw: Growing['draw']): string {
  const taken = [...open][draw(open.size)] ?? 'n0';
  open.delete(taken);
  return taken;
}

/** A linear congruential generator: whole numbers below a bound. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
