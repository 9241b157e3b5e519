import type { PipelineCandidate } from './pipeline-candidate.ts';

/** What tells those that fit from each other; the later ones count where the earlier ones are equal. */
type Criterion = 'tags' | 'priority' | 'score' | 'id';

export interface Picked {
  readonly id: string;
  /** `only`: there was nothing to tell apart. */
  readonly by: Criterion | 'only';
  /** Full sentences. */
  readonly reason: string;
  /** Of each other one that fits, by what it came behind. */
  readonly behind: ReadonlyMap<string, string>;
}

/** The first of those that fit, which come in the order of their ids; nothing when there is none. */
export function pickFirst(fitting: readonly PipelineCandidate[]): Picked | undefined {
  const [only] = fitting;
  if (only === undefined) return undefined;
  if (fitting.length === 1)
    return { id: only.id, by: 'only', reason: 'It is the only one that fits.', behind: new Map() };
  const notes: string[] = [];
  const behind = new Map<string, string>();
  let rest = fitting;
  for (const [by, valueOf] of criteria) {
    const { kept, lower, most } = highest(rest, (candidate) => valueOf(candidate, notes));
    for (const [id, value] of lower) behind.set(id, `${by} ${value} against ${most}`);
    const [first] = kept;
    if (first !== undefined && kept.length === 1) {
      const reason = `Of ${fitting.length} that fit it comes first by ${by} (${most}).`;
      return { id: first.id, by, reason: [reason, ...notes].join(' '), behind };
    }
    rest = kept;
  }
  const [{ id } = only, ...others] = rest;
  for (const other of others) behind.set(other.id, 'equal, and its id comes later');
  const reason = `Of ${fitting.length} that fit, ${rest.length} are equal in tags, priority and score, and its id comes first.`;
  return { id, by: 'id', reason: [reason, ...notes].join(' '), behind };
}

const criteria: readonly (readonly [Criterion, (candidate: PipelineCandidate, notes: string[]) => number])[] = [
  ['tags', ({ tags }) => tags?.length ?? 0],
  ['priority', ({ priority }) => priority ?? 0],
  ['score', scoreOf],
];

function highest(
  candidates: readonly PipelineCandidate[],
  valueOf: (candidate: PipelineCandidate) => number,
): {
  readonly kept: readonly PipelineCandidate[];
  readonly lower: readonly (readonly [string, number | 'lowest'])[];
  readonly most: number;
} {
  const valued = candidates.map((candidate) => ({ candidate, value: valueOf(candidate) }));
  const most = Math.max(...valued.map(({ value }) => value));
  return {
    kept: valued.flatMap(({ candidate, value }) => (value === most ? [candidate] : [])),
    lower: valued.flatMap(({ candidate: { id }, value }) =>
      value === most ? [] : [[id, value === Number.NEGATIVE_INFINITY ? 'lowest' : value] as const],
    ),
    most,
  };
}

/** A score that cannot be had must not win, and must not keep the task from running either. */
function scoreOf({ id, score }: PipelineCandidate, notes: string[]): number {
  if (score === undefined) return 0;
  const problem = (why: string): number => {
    notes.push(`The score of "${id}" counts as lowest: ${why}`);
    return Number.NEGATIVE_INFINITY;
  };
  try {
    const value = score();
    if (typeof value === 'number' && !Number.isNaN(value)) return value;
    return problem(`it is ${JSON.stringify(value) ?? 'nothing'}, which is no number.`);
  } catch (error) {
    return problem(error instanceof Error ? error.message : String(error));
  }
}
