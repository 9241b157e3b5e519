import type { StageState } from './tokens.ts';

const openStates: ReadonlySet<StageState> = new Set(['running', 'waiting', 'retrying']);

/** Whether a stage in this state goes on. */
export function isOpenState(state: StageState): boolean {
  return openStates.has(state);
}

/** States of the stages of nodes, by their paths; a node of child tasks has a stage in each of them. */
type Stages = ReadonlyMap<string, { readonly states: ReadonlyMap<string, StageState> }>;

/** Whether of what goes on, in a task or below one of its nodes, all waits. A stage whose child tasks wait does nothing else. */
export function isAllWaiting(stages: Stages, below?: string): boolean {
  const inside = below === undefined ? '' : `${below}/`;
  const open = [...stages].flatMap(([path, { states }]) => {
    const found = path.startsWith(inside) ? [...states.values()].filter(isOpenState) : [];
    return found.length === 0 ? [] : [{ path, isWaiting: found.every((state) => state === 'waiting') }];
  });
  const above = new Set(open.flatMap(({ path }) => pathsAbove(path)));
  const innermost = open.filter(({ path }) => !above.has(path));
  return innermost.length > 0 && innermost.every(({ isWaiting }) => isWaiting);
}

function pathsAbove(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
}
