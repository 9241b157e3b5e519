import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compressor, cutWords, termsOf } from '../../../../src/services/context/compress/index.ts';
import { sentencesOf } from '../../../../src/services/context/compress/sentences.ts';
import { estimateTokens as count } from '../../../../src/services/tokens.ts';

const shorten = (text: string, target: number, wanted = ''): string | undefined =>
  compressor(text, { count, wanted: termsOf(wanted) })(target)?.text;

const markers = /\[… ([\d,]+) items?, ([\d,]+) tokens? left out\]/gu;
const filler = 'It was a long day, and people spoke of this and that for a while.';

describe('prose', () => {
  const text = [
    '# The move',
    '',
    `The library moves in May. ${filler} ${filler.replace('long', 'grey')} The drill costs 20 euros. ${filler.replace('day', 'week')} ${filler.replace('people', 'they')} All decided.`,
    '',
    '- Ask Maria Lopez for keys.',
    '- bring a pen',
  ].join('\n');

  it('keeps what has to do with the question, and says what stood between', () => {
    expect(shorten(text, 70, 'What does the drill cost?')).toBe(
      [
        '# The move',
        '',
        'The library moves in May. [… 2 items, 32 tokens left out] The drill costs 20 euros. [… 2 items, 32 tokens left out] All decided.',
        '',
        '- Ask Maria Lopez for keys.',
        '- bring a pen',
      ].join('\n'),
    );
  });

  it('counts in its markers what is missing, whatever the length', () => {
    const shortened = compressor(text, { count, wanted: termsOf('') });
    for (let target = 20; target < count(text); target += 3) {
      const short = shortened(target);
      if (short === undefined) continue;
      const sum = [...short.text.matchAll(markers)].reduce(
        (total, [, items, tokens]) => ({ items: total.items + Number(items), tokens: total.tokens + Number(tokens) }),
        { items: 0, tokens: 0 },
      );
      expect(short.omitted).toEqual(sum);
      expect(short.tokens).toBeLessThanOrEqual(target);
      // All that is left is in the text, as it is written there.
      const kept = short.text.split(markers).filter((part) => !/^\d+$/u.test(part));
      expect(kept.filter((part) => !text.includes(part.trim()))).toEqual([]);
    }
  });

  it('is nothing where nothing fits', () => {
    expect([shorten(text, 5), shorten('One sentence alone has no part to leave out', 5)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

it.each([
  ['One. Two! Three? Four', ['One. ', 'Two! ', 'Three? ', 'Four']],
  ['He met Dr. Who, e.g. at 3.14 p.m. in B. It rained.', ['He met Dr. Who, e.g. at 3.14 p.m. ', 'in B. It rained.']],
  ['She said "Stop!" (And he did.) End.', ['She said "Stop!" ', '(And he did.) ', 'End.']],
  ['東京は雨。明日は晴れ！', ['東京は雨。', '明日は晴れ！']],
  ['Wait... what?', ['Wait... ', 'what?']],
])('finds the sentences of %j', (text, sentences) => {
  expect(sentencesOf(text)).toEqual(sentences);
});

const body = (name: string): string =>
  Array.from({ length: 5 }, (_, at) => `  ${name}.step(${at}, "${name}");`).join('\n');

it('keeps the signatures of code, and the bodies that are asked for', () => {
  const code = ['alpha', 'beta', 'gamma', 'delta'].map((name) => `function ${name}() {\n${body(name)}\n}\n`).join('\n');
  const short = shorten(code, 190, 'gamma') ?? '';
  for (const name of ['alpha', 'beta', 'gamma', 'delta']) expect(short).toContain(`function ${name}() {`);
  expect([short.includes('  gamma.step(4, "gamma");'), short.includes('alpha.step')]).toEqual([true, false]);
});

describe('JSON', () => {
  const rows = Array.from({ length: 40 }, (_, id) => ({ id, name: `row ${id}`, when: '2026-11-22' }));

  it('loses its spaces first, which say nothing', () => {
    const text = JSON.stringify({ rows }, null, 4);
    expect(shorten(text, count(text) - 1)).toBe(JSON.stringify({ rows }));
  });

  it('keeps all keys and is JSON still, with the elements that are asked for', () => {
    const short = shorten(JSON.stringify({ rows, total: 40, note: 'many words '.repeat(100) }), 220, 'row 33') ?? '';
    expect(Object.keys(z.record(z.string(), z.unknown()).parse(JSON.parse(short)))).toEqual(['rows', 'total', 'note']);
    expect(short).toContain('{"id":33,"name":"row 33","when":"2026-11-22"}');
    expect([...short.matchAll(markers)].length).toBeGreaterThan(2);
  });

  it('keeps numbers as they are written', () => {
    const text = `{"big": 12345678901234567890, "exact": 1.10, "list": [${'1e400, '.repeat(60)}2]}`;
    expect(shorten(text, 80)).toMatch(/^\{"big":12345678901234567890,"exact":1\.10,"list":\[1e400,/u);
  });
});

describe('words', () => {
  it.each([
    ['one two three four five six seven eight nine ten eleven twelve thirteen fourteen', 16],
    ['costs 3.14159 euros and 27.5 cents for https://example.org/a/b and more of the same kind of thing', 20],
    ['東京都は日本の首都であり、世界でもっとも大きな都市のひとつである', 24],
    ['👩‍💻🚀🎉🔥🧪📦🛠️🐛💥'.repeat(4), 30],
  ])('are never cut in two: %s', (text, target) => {
    const short = cutWords(text, target, count);
    const [kept = '', marker = ''] = (short?.text ?? '').split('\n');
    expect(text.startsWith(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(0);
    const edge = `${kept.slice(-1)}${text.charAt(kept.length)}`;
    expect(edge).not.toMatch(/[\p{Script=Latin}\p{N}.]{2}/u);
    expect(kept.isWellFormed()).toBe(true);
    expect(text.charAt(kept.length)).not.toBe('\u200D');
    expect(marker).toBe(
      `[… ${short?.omitted.items} item${short?.omitted.items === 1 ? '' : 's'}, ${short?.omitted.tokens} tokens left out]`,
    );
    expect(short?.tokens).toBeLessThanOrEqual(target);
  });

  it('cannot be shortened where there is one alone', () => {
    expect(cutWords('x'.repeat(5_000), 50, count)).toBe(undefined);
  });
});

it.each([
  ['dots', '.'],
  ['sentences', '. '],
  ['one letter', 'a'],
  ['lines', '\n'],
  ['open brackets', '['],
  ['elements', '[1],'],
  ['fences', '```\n'],
  ['items', '- x\n'],
  ['code', 'a(b);\n'],
  ['halves of characters', '\uD83D'],
  ['quotes', '."'],
])('goes through a megabyte of %s', (_, part) => {
  const text = part.repeat(1_000_000 / part.length);
  const short = compressor(text, { count, wanted: termsOf('x') })(500);
  expect(short?.tokens ?? 0).toBeLessThanOrEqual(500);
  expect(cutWords(text, 500, count)?.tokens ?? 0).toBeLessThanOrEqual(500);
});
