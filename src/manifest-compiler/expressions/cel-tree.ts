import type { ASTNode } from '@marcbachmann/cel-js';

export type CelNode = ASTNode;
export type CelNodeOf<Op extends CelNode['op']> = Extract<CelNode, { readonly op: Op }>;

/** Macros that loop, with the number of their arguments; the first one names the loop variable. */
const loops: Readonly<Record<string, readonly number[]>> = {
  all: [2],
  exists: [2],
  exists_one: [2],
  filter: [2],
  map: [2, 3],
};

export function childrenOf(node: CelNode): readonly CelNode[] {
  if (node.op === 'value' || node.op === 'id') return [];
  if (node.op === '.' || node.op === '.?') return [node.args[0]];
  if (node.op === '!_' || node.op === '-_') return [node.args];
  if (node.op === 'call') return node.args[1];
  if (node.op === 'rcall') return [node.args[1], ...node.args[2]];
  return node.op === 'map' ? node.args.flat() : node.args;
}

/** True for `list.map(x, …)` and its like. */
export function isLoop(node: CelNodeOf<'rcall'>): boolean {
  const [name, , parameters] = node.args;
  return Object.hasOwn(loops, name) && (loops[name]?.includes(parameters.length) ?? false);
}

/** True for `cel.bind(x, value, …)`. */
export function isBinding(node: CelNodeOf<'rcall'>): boolean {
  const [name, receiver, parameters] = node.args;
  return name === 'bind' && parameters.length === 3 && receiver.op === 'id' && receiver.args === 'cel';
}

/** The first node that lies deeper than allowed; never looks deeper itself. */
export function nodeBeyondDepth(node: CelNode, allowed: number): CelNode | undefined {
  if (allowed === 0) return node;
  for (const child of childrenOf(node)) {
    const beyond = nodeBeyondDepth(child, allowed - 1);
    if (beyond !== undefined) return beyond;
  }
  return undefined;
}

/** Steps to work off a node once, loops inside it not counted: they charge for themselves. */
export function stepsOf(node: CelNode): number {
  const own = node.op === 'rcall' && node.args[0].startsWith('get') ? 100 : 1;
  let steps = own;
  for (const child of childrenOf(node)) steps += stepsOf(child);
  return steps;
}
