/*
 * Places for stages at work and for the calls that they make: how many of them an engine, a provider or a tool takes at a
 * time. Those that find none free wait, and are let in by turns, one of each task.
 */

/** What a stage or a call holds, or waits for. */
export interface Place {
  readonly isFree: boolean;
  /** Gives it back, or no longer waits for it. Only the first call counts. */
  release(): void;
}

export interface PlaceRequest {
  /** Who takes turns: the task at the top. */
  readonly turn: string;
  /** What is worked with. Names without a limit cost nothing. */
  readonly needs: readonly string[];
  /** Called once when a place is free after all; not when it was at once. */
  readonly onFree: () => void;
}

export interface Places {
  take(request: PlaceRequest): Place;
}

/** Requests with the same needs: when the first does not fit, none does. */
interface Line {
  readonly needs: readonly string[];
  /** By turn, those that were let in last at the end. */
  readonly turns: Map<string, PlaceRequest[]>;
}

/** Limits by name; a name that is not there has none. */
export function createPlaces(limits: ReadonlyMap<string, number>): Places {
  const taken = new Map<string, number>();
  const lines = new Map<string, Line>();
  const fits = (needs: readonly string[]): boolean =>
    needs.every((name) => (taken.get(name) ?? 0) < (limits.get(name) ?? Infinity));
  const count = (needs: readonly string[], by: number): void => {
    for (const name of needs) taken.set(name, (taken.get(name) ?? 0) + by);
  };
  const letIn = (): void => {
    for (;;) {
      const found = [...lines].find(([, line]) => fits(line.needs));
      if (found === undefined) return;
      const [key, line] = found;
      const request = nextOf(line);
      lines.delete(key);
      if (line.turns.size > 0) lines.set(key, line); // behind the others, which have their turn as well
      if (request === undefined) continue;
      count(line.needs, 1);
      request.onFree();
    }
  };
  return {
    take(request) {
      const needs = request.needs.filter((name) => limits.has(name));
      if (needs.length === 0) return freePlace;
      const key = needs.join('\n');
      const isFree = !lines.has(key) && fits(needs);
      const held = { ...request, needs };
      if (isFree) count(needs, 1);
      else queue(lines, key, held);
      let isReleased = false;
      return {
        isFree,
        release() {
          if (isReleased) return;
          isReleased = true;
          if (!isFree && leave(lines, key, held)) return;
          count(needs, -1);
          letIn();
        },
      };
    },
  };
}

const freePlace: Place = { isFree: true, release: () => undefined };

function queue(lines: Map<string, Line>, key: string, request: PlaceRequest): void {
  const line = lines.get(key) ?? { needs: request.needs, turns: new Map<string, PlaceRequest[]>() };
  lines.set(key, line);
  const own = line.turns.get(request.turn);
  if (own === undefined) line.turns.set(request.turn, [request]);
  else own.push(request);
}

/** False when it was let in before. */
function leave(lines: Map<string, Line>, key: string, request: PlaceRequest): boolean {
  const line = lines.get(key);
  const own = line?.turns.get(request.turn) ?? [];
  const at = own.indexOf(request);
  if (line === undefined || at === -1) return false;
  own.splice(at, 1);
  if (own.length === 0) line.turns.delete(request.turn);
  if (line.turns.size === 0) lines.delete(key);
  return true;
}

/** The first request of the task whose turn it is, which then goes to the end. */
function nextOf({ turns }: Line): PlaceRequest | undefined {
  for (const [turn, own] of turns) {
    turns.delete(turn);
    const request = own.shift();
    if (own.length > 0) turns.set(turn, own);
    if (request !== undefined) return request;
  }
  return undefined;
}
