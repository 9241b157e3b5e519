import { isDeepStrictEqual } from 'node:util';
import { judge } from '../../src/services/json/repair-and-validate.ts';
import { JsonSchema } from '../../src/manifest/index.ts';
import type { Expected, Kind, Schema } from './outcome.ts';

export type Mark = 'ideal' | 'pass' | 'missed' | 'miscategorised' | 'wrong' | 'invented' | 'fatal';

export interface Marked {
  readonly kind: string;
  readonly raw: string;
  readonly mark: Mark;
  readonly got: string;
}

/** Marks every case: `ideal` and `pass` are right, `wrong` and `invented` are what must not happen. */
export function markAll(kinds: readonly Kind[]): Marked[] {
  return kinds.flatMap(({ kind, schema, cases }) =>
    cases.map(([raw, expected]) => ({ kind, raw, ...markOne(raw, schema, expected) })),
  );
}

function markOne(raw: string, schema: Schema, expected: Expected): { mark: Mark; got: string } {
  const before = JSON.stringify(schema);
  const verdict = attempt(raw, JsonSchema.parse(schema));
  if (verdict instanceof Error || JSON.stringify(schema) !== before)
    return { mark: 'fatal', got: verdict instanceof Error ? verdict.message : 'the schema was changed' };
  const hasValue = 'repair' in verdict;
  const got = hasValue ? `value ${JSON.stringify(verdict.value)}` : `${verdict.category}: ${verdict.message}`;
  const index = expected.findIndex((outcome) => {
    if ('error' in outcome) return !hasValue && outcome.error === verdict.category;
    return hasValue && isDeepStrictEqual(verdict.value, outcome.ok);
  });
  if (index !== -1) return { mark: index === 0 ? 'ideal' : 'pass', got };
  const mayHaveValue = expected.some((outcome) => 'ok' in outcome);
  if (hasValue) return { mark: mayHaveValue ? 'wrong' : 'invented', got };
  return { mark: 'error' in expected[0] ? 'miscategorised' : 'missed', got };
}

function attempt(raw: string, schema: JsonSchema): ReturnType<typeof judge> | Error {
  try {
    return judge(raw, schema);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
