/** Deeper values overflow the stack of whoever walks them by recursion. */
export const maxDepth = 1_000;
const maxNodes = 10_000_000;

export interface Extent {
  readonly depth: number;
  readonly nodes: number;
  /** A number that JSON cannot write, such as 1e400. */
  readonly hasInfinity: boolean;
}

/** How deep and large a value is, found without recursion; it stops as soon as a bound is passed. */
export function measure(value: unknown): Extent {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let depth = 0;
  let nodes = 0;
  let hasInfinity = false;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    nodes += 1;
    if (typeof next.value === 'number' && !Number.isFinite(next.value)) hasInfinity = true;
    if (typeof next.value !== 'object' || next.value === null) continue;
    depth = Math.max(depth, next.depth + 1);
    if (depth > maxDepth || nodes > maxNodes) break;
    for (const child of Object.values(next.value)) open.push({ value: child, depth: next.depth + 1 });
  }
  return { depth, nodes, hasInfinity };
}

/** Why a value is too deep or too large to be checked, as a sentence. */
export function extentProblem(extent: Extent): string | undefined {
  if (extent.depth > maxDepth) return `The value is nested more than ${maxDepth.toLocaleString('en')} levels deep.`;
  if (extent.nodes > maxNodes) return `The value has more than ${maxNodes.toLocaleString('en')} parts.`;
  return undefined;
}
