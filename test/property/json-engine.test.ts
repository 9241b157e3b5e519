import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, type Verdict } from '../../src/services/json/sub-path.ts';
import { JsonSchema } from '../../src/manifest/index.ts';
import { corpus } from '../json-corpus/index.ts';
import { note } from '../json-corpus/schemas.ts';

const anything = JsonSchema.parse({});
const open = JsonSchema.parse({ type: ['object', 'array'] });

/** Documents, since scalars alone are no answer to most schemas. */
const document = fc.oneof(
  fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 }),
);
const slips: readonly ((text: string) => string)[] = [
  (text) => text.replaceAll(',', ',,'),
  (text) => text.replace(/([\]}])$/u, ',$1'),
  (text) => text.replaceAll(':', '='),
  (text) => text.slice(1),
  (text) => text.replaceAll('"', "'"),
  (text) => text.replaceAll('\\', ''),
  (text) => `Here: ${text} [1]`,
  (text) => `\`\`\`\n${text}`,
];

function outcome(verdict: Verdict): unknown {
  return 'repair' in verdict ? { value: verdict.value } : { category: verdict.category };
}

function scalarsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  const members = Object.values(value).flatMap(scalarsIn);
  return Array.isArray(value) ? members : [...Object.keys(value), ...members];
}

function reread(text: string): unknown {
  return JSON.parse(text);
}

/** True when the second holds all that the first does, in the same places. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (typeof part !== 'object' || part === null || typeof whole !== 'object' || whole === null)
    return Object.is(part, whole);
  const members = new Map<string, unknown>(Object.entries(whole));
  return Object.entries(part).every(([key, member]) => members.has(key) && isPartOf(member, members.get(key)));
}

describe('the JSON engine', () => {
  it('leaves valid documents as they are and reports nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        const verdict = judge(text, anything);
        expect(verdict).toEqual({
          value: reread(text),
          repair: { category: 'none', tier: 0, lossless: true, actions: [], unlisted: 0 },
        });
      }),
    );
  });

  it('reads what is valid but for a comma as it reads the valid document', () => {
    fc.assert(
      fc.property(document, (value) => {
        const text = JSON.stringify(value);
        const verdict = judge(text.replace(/([\]}])$/u, ',$1'), open);
        expect(text.length > 2 ? outcome(verdict) : undefined).toEqual(
          text.length > 2 ? { value: reread(text) } : undefined,
        );
      }),
    );
  });

  it('gives a value that it leaves as it is when it reads it again', () => {
    for (const { schema, cases } of corpus) {
      const parsed = JsonSchema.parse(schema);
      for (const [raw] of cases) {
        const verdict = judge(raw, parsed);
        if (!('repair' in verdict)) continue;
        const text = JSON.stringify(verdict.value);
        expect(outcome(judge(text, parsed))).toEqual({ value: reread(text) });
      }
    }
  });

  it('gives the same verdict whatever white space is around', () => {
    for (const { schema, cases } of corpus) {
      const parsed = JsonSchema.parse(schema);
      for (const [raw] of cases.filter(([text]) => !/[\d\w]$/u.test(text))) {
        expect([raw, outcome(judge(`\n \t${raw}\n `, parsed))]).toEqual([raw, outcome(judge(raw, parsed))]);
      }
    }
  });

  it('refuses every beginning of a document, or what it gives stands in the whole one', () => {
    fc.assert(
      fc.property(document, fc.nat(), (value, length) => {
        const text = JSON.stringify(value);
        const verdict = judge(text.slice(0, length % (text.length + 1)), open);
        const isRight = !('repair' in verdict) || isPartOf(verdict.value, reread(text));
        expect([text, outcome(verdict), isRight]).toEqual([text, outcome(verdict), true]);
      }),
      { numRuns: 2000 },
    );
  });

  it('never gives a string, key or number that does not stand in the text', () => {
    fc.assert(
      fc.property(document, fc.array(fc.constantFrom(...slips), { maxLength: 3 }), (value, chosen) => {
        const text = chosen.reduce((before, slip) => slip(before), JSON.stringify(value));
        const verdict = judge(text, open);
        if (!('repair' in verdict)) return;
        const written = text.replaceAll(/[\\\s]/gu, '');
        for (const scalar of scalarsIn(verdict.value)) {
          const shown = typeof scalar === 'string' ? JSON.stringify(scalar).slice(1, -1) : JSON.stringify(scalar);
          const isThere = written.includes(shown.replaceAll(/[\\\s]/gu, '')) || typeof scalar === 'number';
          expect([text, scalar, isThere]).toEqual([text, scalar, true]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('survives hostile texts and touches no prototype', () => {
    const size = 1_000_000;
    const texts = [
      '[',
      ']',
      '{',
      '"',
      '{"a":',
      '```',
      '<think>',
      '<think></think>',
      '{}',
      '"x" ',
      '{"title":"a "b" ',
      '/*',
      '{\\"',
      '[1] ',
    ];
    const schema = JsonSchema.parse(note);
    for (const text of texts) judge(text.repeat(size / text.length), schema);
    for (const text of ['{"__proto__":{"polluted":1},"title":"t"}', "{'__proto__':{'polluted':1},'title':'t'}"])
      judge(text, schema);
    judge(`${'['.repeat(10_000)}${']'.repeat(10_000)}`, anything);
    judge(`${'['.repeat(10_000)},${']'.repeat(10_000)}`, anything);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
