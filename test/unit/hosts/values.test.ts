import { describe, expect, it } from 'vitest';
import { noKnownValues, storeValue } from '../../../src/hosts/journal/values.ts';

const large = { text: 'x'.repeat(5_000) };

describe('a value in the journal', () => {
  it('is stored once for a task, however often it is handed on', () => {
    const known = noKnownValues();
    const first = storeValue(large, known);
    expect(first.artifacts).toHaveLength(1);
    expect(storeValue(large, known)).toEqual({ stored: first.stored, artifacts: [] });
    expect(storeValue({ ...large }, known)).toEqual(first);
  });

  it('is known again when it is a text', () => {
    const known = noKnownValues();
    const first = storeValue(large.text, known);
    expect(storeValue(large.text, known)).toEqual({ stored: first.stored, artifacts: [] });
    expect(storeValue(`${large.text}!`, known).artifacts).toHaveLength(1);
  });

  it('is stored again for another task, whose reference it needs', () => {
    storeValue(large, noKnownValues());
    expect(storeValue(large, noKnownValues()).artifacts).toHaveLength(1);
  });

  it('stays in place when it is small', () => {
    const known = noKnownValues();
    expect([storeValue('small', known), storeValue('small', known)]).toEqual([
      { stored: { value: 'small' }, artifacts: [] },
      { stored: { value: 'small' }, artifacts: [] },
    ]);
  });
});
