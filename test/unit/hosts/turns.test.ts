import { describe, expect, it } from 'vitest';
import { createTurns, type Taker, type Turns } from '../../../src/hosts/work/turns.ts';

interface World {
  readonly turns: Turns;
  /** What happened, in order. */
  readonly said: string[];
  /** Lets what was put off happen, until nothing is. */
  readonly run: (mostTurns?: number) => number;
  readonly task: (id: string, messages: number) => Taker;
}

function world(faults: ReadonlyMap<string, unknown> = new Map()): World {
  const said: string[] = [];
  const deferred: (() => void)[] = [];
  const turns = createTurns({ defer: (work) => void deferred.push(work) }, () => {
    said.push('write');
    return faults;
  });
  const task = (id: string, messages: number): Taker => {
    let left = messages;
    return {
      takeNext() {
        left -= 1;
        said.push(`${id} takes`);
        turns.note({
          taskId: id,
          carryOut: () => void said.push(`${id} acts`),
          giveUp: (error) => void said.push(`${id} stops: ${String(error)}`),
        });
        return left > 0;
      },
      endTurn: () => void said.push(`${id} ends`),
    };
  };
  const run = (mostTurns = Infinity): number => {
    let taken = 0;
    while (taken < mostTurns && deferred.length > 0) {
      deferred.shift()?.();
      taken += 1;
    }
    return taken;
  };
  return { turns, said, run, task };
}

describe('a turn', () => {
  it('takes one message of each task after the other, writes once, and acts only then', () => {
    const { turns, said, run, task } = world();
    turns.schedule(task('a', 3));
    turns.schedule(task('b', 1));
    run();
    expect(said).toEqual([
      'a takes',
      'b takes',
      'a takes',
      'a takes',
      'write',
      'a acts',
      'b acts',
      'a acts',
      'a acts',
      'b ends',
      'a ends',
    ]);
  });

  it('is over after so many messages, and others are heard before it goes on', () => {
    const { turns, said, run, task } = world();
    turns.schedule(task('long', 200));
    expect(run(1)).toBe(1);
    expect([said.filter((word) => word === 'long takes').length, said.includes('long ends')]).toEqual([128, false]);
    turns.schedule(task('late', 1));
    run();
    expect(said.filter((word) => word === 'long takes')).toHaveLength(200);
    expect(said.indexOf('late takes')).toBeLessThan(said.lastIndexOf('long takes'));
  });

  it('stops the task that cannot be written, and no other', () => {
    const { turns, said, run, task } = world(new Map([['a', 'full']]));
    turns.schedule(task('a', 1));
    turns.schedule(task('b', 1));
    run();
    expect(said).toEqual(['a takes', 'b takes', 'write', 'a stops: full', 'b acts', 'a ends', 'b ends']);
  });

  it('has what a listener caused written at once, and carried out after what it was told of', () => {
    const { turns, said } = world();
    const noted = (id: string, carryOut = (): void => undefined): Parameters<Turns['note']>[0] => ({
      taskId: id,
      giveUp: () => undefined,
      carryOut() {
        carryOut();
        said.push(id);
      },
    });
    turns.note(
      noted('first', () => {
        turns.note(noted('caused'));
        turns.settle();
      }),
    );
    turns.note(noted('second'));
    turns.settle();
    expect(said).toEqual(['write', 'write', 'first', 'second', 'caused']);
  });
});
