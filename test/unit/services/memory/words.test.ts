import { expect, it } from 'vitest';
import { wordsOf, wordsSought } from '../../../../src/services/memory/words.ts';

it('takes letters, digits and underscores together, in small letters', () => {
  expect(wordsOf('Read_File(42), then "STOP".')).toEqual(['read_file', '42', 'then', 'stop']);
  expect(wordsOf(' …!? ')).toEqual([]);
});

it('finds the same word however it is written', () => {
  const pairs = [
    ['STRASSE', 'straße'],
    ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
    ['ｆｕｌｌ', 'full'],
    ['Cafe\u0301', 'CAFÉ'],
    ['Ångström', 'A\u030Angström'],
    ['ISTANBUL', 'istanbul'],
  ] as const;
  for (const [left, right] of pairs) expect(wordsOf(left)).toEqual(wordsOf(right));
});

it('keeps the marks of a script with its letters', () => {
  expect(wordsOf('हिन्दी भाषा')).toHaveLength(2);
});

it('takes scripts without spaces apart, alone and in pairs, and looks for pairs', () => {
  expect(wordsOf('東京都 v2')).toEqual(['東', '京', '都', '東京', '京都', 'v2']);
  expect(wordsSought('東京都 v2 v2')).toEqual(['東京', '京都', 'v2']);
  expect(wordsSought('京')).toEqual(['京']);
  expect(wordsSought('\u{20BB7}')).toEqual(['\u{20BB7}']);
  expect(wordsOf('ラーメンabc')).toEqual(['ラ', 'ー', 'メ', 'ン', 'ラー', 'ーメ', 'メン', 'abc']);
});

it('cuts what is too long for a word', () => {
  expect(wordsOf(`${'x'.repeat(100)} y`)).toEqual(['x'.repeat(64), 'y']);
});
