import type { GraphNode } from '../../machines/index.ts';
import { listNames, type ExpressionFault } from '../expressions/index.ts';
import type { Ancestors } from '../plan/ancestors.ts';

interface Surroundings {
  readonly ancestors: Ancestors;
  readonly find: (id: string) => GraphNode | undefined;
  /** What can be read instead. */
  readonly readable: () => readonly string[];
}

/** Why a node cannot read the output of another one of its pipeline, in terms of what runs before what. */
export function unreadableReason(
  reader: GraphNode,
  name: string,
  { ancestors, find, readable }: Surroundings,
): Pick<ExpressionFault, 'message' | 'hint'> | undefined {
  const named = find(name);
  if (named === undefined) return undefined;
  const own = reader.standsFor ?? reader.id;
  const others = readable();
  const instead = others.length === 0 ? 'Remove it' : `Read a node that has run by then, such as ${listNames(others)}`;
  if (name === own) {
    const message = `"${name}" reads its own output, which is not there before it has run.`;
    return { message, hint: 'Read "output" for what the node before it gave.' };
  }
  if (ancestors.has(named, reader.id)) {
    const message = `The node "${name}" runs after "${own}", so its output is not there when "${own}" reads it.`;
    return { message, hint: `${instead}, or let the edges lead from "${name}" to "${own}".` };
  }
  const message = `No way leads from "${name}" to "${own}", so "${name}" may not have run when "${own}" reads its output.`;
  return { message, hint: `${instead}, or draw edges that lead from "${name}" to "${own}".` };
}
