import { describe, expect, it } from 'vitest';
import { renameInExpression, renameInMapping } from '../../../../src/manifest-compiler/compatibility/rename-stages.ts';

const names = new Map([
  ['old', 'new'],
  ['old-one', 'new-one'],
]);

describe('stages under new ids', () => {
  it.each([
    ['stages.old.output.score > 1', 'stages.new.output.score > 1'],
    ['stages["old-one"].output', 'stages["new-one"].output'],
    [`stages [ 'old' ].output`, `stages [ 'new' ].output`],
    ['has(stages.old) && "old" in stages', 'has(stages.new) && "new" in stages'],
    ['stages.older.output + stages.old.output.old', 'stages.older.output + stages.new.output.old'],
    ['output.stages.old', 'output.stages.old'],
    ['"stages.old" + stages.old.output', '"stages.old" + stages.new.output'],
    ['old in stages.old.output', 'old in stages.new.output'],
  ])('are read by %s', (source, renamed) => {
    expect(renameInExpression(source, names)).toBe(renamed);
  });

  it('are read in the expressions of a mapping, and nowhere else', () => {
    const value = { 'stages.old': ['stages.old ${{ stages.old.output }} and ${{stages.old.status}}.', 3, null] };
    expect(renameInMapping(value, names)).toEqual({
      'stages.old': ['stages.old ${{ stages.new.output }} and ${{stages.new.status}}.', 3, null],
    });
    expect(renameInMapping('${{ never closed stages.old', names)).toBe('${{ never closed stages.old');
  });
});
