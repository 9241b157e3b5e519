import { describe, expect, it } from 'vitest';
import { evaluate, failureFrom } from './support.ts';

describe('a value that an expression gave', () => {
  const first = evaluate('output', { output: { rows: [1, { deep: 'text' }] } });

  it('is handed on as it is, not copied again', () => {
    expect(evaluate('output', { output: first })).toBe(first);
    expect(evaluate('{"all": output}', { output: first })).toEqual({ all: first });
  });

  it('is fresh where it came from elsewhere', () => {
    const output = { rows: [1] };
    expect(evaluate('output', { output })).toEqual(output);
    expect(evaluate('output', { output })).not.toBe(output);
  });

  it('counts each time it is handed on', () => {
    const large = evaluate('output', { output: { text: 'x'.repeat(4_000_000) } });
    const list = `[${Array.from({ length: 40 }, () => 'output').join(', ')}]`;
    expect(failureFrom(() => evaluate(list, { output: large }))?.message).toContain('gives texts of more than');
    const many = evaluate('output', { output: Array.from({ length: 90_000 }, (_, at) => at) });
    expect(failureFrom(() => evaluate(list, { output: many }))?.message).toMatch(/gives more than \d+ values/u);
  });
});
