import { describe, expect, it } from 'vitest';
import { createPlaces, type Place, type Places } from '../../../src/hosts/work/places.ts';

interface Held {
  readonly name: string;
  readonly place: Place;
}

/** Takes a place for each of several stages, "task stage", and notes in which order they are let in. */
function takeAll(
  places: Places,
  stages: readonly string[],
  needs: readonly string[],
): { held: Held[]; begun: string[] } {
  const begun: string[] = [];
  const held = stages.map((name) => {
    const turn = name.split(' ')[0] ?? '';
    const place = places.take({ turn, needs, onFree: () => begun.push(name) });
    if (place.isFree) begun.push(name);
    return { name, place };
  });
  return { held, begun };
}

function release(held: readonly Held[], name: string): void {
  held.find((one) => one.name === name)?.place.release();
}

describe('places', () => {
  it('cost nothing where there is no limit', () => {
    const places = createPlaces(new Map([['tool lock', 1]]));
    const { held, begun } = takeAll(places, ['a 1', 'a 2', 'b 1'], ['stage', 'tool other']);
    expect(begun).toEqual(held.map(({ name }) => name));
  });

  it('are given to as many stages as the limit allows', () => {
    const { held, begun } = takeAll(createPlaces(new Map([['stage', 2]])), ['a 1', 'a 2', 'a 3', 'a 4'], ['stage']);
    expect(begun).toEqual(['a 1', 'a 2']);
    release(held, 'a 2');
    release(held, 'a 2'); // the second time counts for nothing
    expect(begun).toEqual(['a 1', 'a 2', 'a 3']);
  });

  it('go to the tasks by turns, whichever asked most', () => {
    const places = createPlaces(new Map([['stage', 1]]));
    const stages = ['a 1', 'a 2', 'a 3', 'a 4', 'b 1', 'b 2', 'c 1'];
    const { held, begun } = takeAll(places, stages, ['stage']);
    for (const at of stages.keys()) release(held, begun[at] ?? '');
    expect(begun).toEqual(['a 1', 'a 2', 'b 1', 'c 1', 'a 3', 'b 2', 'a 4']);
  });

  it('are taken for all that a stage needs, or not at all', () => {
    const places = createPlaces(new Map([['stage', 2], ['provider slow', 1]])); // prettier-ignore
    const slow = takeAll(places, ['a 1', 'a 2'], ['stage', 'provider slow']);
    const quick = takeAll(places, ['b 1', 'b 2'], ['stage']);
    expect([slow.begun, quick.begun]).toEqual([['a 1'], ['b 1']]);
    release(quick.held, 'b 1');
    expect([slow.begun, quick.begun]).toEqual([['a 1'], ['b 1', 'b 2']]);
    release(slow.held, 'a 1');
    expect([slow.begun, quick.begun]).toEqual([
      ['a 1', 'a 2'],
      ['b 1', 'b 2'],
    ]);
  });

  it('are asked for in turn by stages with different needs', () => {
    const places = createPlaces(new Map([['stage', 1], ['provider slow', 9]])); // prettier-ignore
    const first = takeAll(places, ['a 0'], ['stage']);
    const slow = takeAll(places, ['a 1', 'a 2'], ['stage', 'provider slow']);
    const quick = takeAll(places, ['b 1', 'b 2'], ['stage']);
    release(first.held, 'a 0');
    release(slow.held, 'a 1');
    expect([slow.begun, quick.begun]).toEqual([['a 1'], ['b 1']]);
  });

  it('are not given to a stage that waits no longer', () => {
    const { held, begun } = takeAll(createPlaces(new Map([['stage', 1]])), ['a 1', 'b 1', 'c 1'], ['stage']);
    release(held, 'b 1');
    release(held, 'a 1');
    expect(begun).toEqual(['a 1', 'c 1']);
    release(held, 'c 1');
    expect(begun).toEqual(['a 1', 'c 1']);
  });
});
