import { failureError } from '../../errors/index.ts';
import type { DeliveredArrival } from './role.ts';

export interface VoteResult {
  readonly winner: unknown;
  /** The most votes come first; of equally many the one that came first. */
  readonly votes: readonly VoteCount[];
  /** Ids of the branches that gave no vote. */
  readonly abstained: readonly string[];
  /** The first output with the winning vote. */
  readonly output: unknown;
}

interface VoteCount {
  readonly value: unknown;
  readonly count: number;
  readonly from: readonly string[];
}

interface Ballot extends VoteCount {
  readonly from: string[];
  readonly output: unknown;
  count: number;
}

/** Counts what the branches give at a dot path, or as a whole. No value and `null` are no vote. */
export function countVotes(arrivals: readonly DeliveredArrival[], path?: string): VoteResult {
  const ballots = new Map<string, Ballot>();
  const abstained: string[] = [];
  for (const { from, output } of arrivals) {
    const value = path === undefined ? output : valueAt(output, path.split('.'));
    if (value === undefined || value === null) {
      abstained.push(from);
      continue;
    }
    const key = sortedJson(value);
    const ballot = ballots.get(key) ?? { value, count: 0, from: [], output };
    ballot.count += 1;
    ballot.from.push(from);
    ballots.set(key, ballot);
  }
  const ranked = [...ballots.values()].toSorted((one, other) => other.count - one.count);
  const [first] = ranked;
  if (first === undefined) throw nobodyVoted(path, abstained);
  const votes = ranked.map(({ value, count, from }) => ({ value, count, from }));
  return { winner: first.value, votes, abstained, output: first.output };
}

function nobodyVoted(path: string | undefined, abstained: readonly string[]): Error {
  const named = path === undefined ? '' : ` at "${path}"`;
  return failureError({
    code: 'config.merge',
    message: `None of the branches gives a vote${named}, so there is nothing to count.`,
    hint:
      path === undefined
        ? 'Make the branches give something.'
        : 'Set vote_by to a field that the branches give, or leave it out to vote by the whole output.',
    details: { abstained },
  });
}

function valueAt(output: unknown, path: readonly string[]): unknown {
  let value = output;
  for (const field of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
    value = Reflect.get(value, field);
  }
  return value;
}

/** The same text for equal values, in whatever order their fields stand. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
