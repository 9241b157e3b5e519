import type { SchemaObject } from '../../json/schema-walk.ts';
import { limit, numberFits, scalarFits } from './constraints.ts';
import { valuesNamed } from './copied-value.ts';
import type { Evidence } from './evidence.ts';
import type { Field } from './field.ts';
import type { Filled, Filling } from './filling.ts';
import { rankUnits } from './rank.ts';
import { stem, stemsOf, wordsOf } from './words.ts';

const countWords: ReadonlySet<string> = new Set('amount count how many n num number of total'.split(' '));
const numberInText =
  /(?<![\w.,/-])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w/]|[.,-]\d)|(?<![\w.,/-])-?\d{1,15}(?:\.\d{1,15})?(?![\w/]|[.,-]\d)/gu;

/** A number that stands by the words of the field, a count of what it names, the only number there is, or the smallest that is allowed. */
export function fillNumber(variant: SchemaObject, field: Field, filling: Filling): Filled | undefined {
  const fits = (value: number): boolean => scalarFits(variant, value);
  const counted = countOf(field, filling);
  if (counted !== undefined && fits(counted)) return { value: counted, isGrounded: true };
  const found = numbersNear(field, filling.evidence).find(fits) ?? onlyNumber(filling.evidence, fits);
  if (found !== undefined) return { value: found, isGrounded: true };
  const neutral = [variant['default'], ...smallest(variant)].find((value) => typeof value === 'number' && fits(value));
  return neutral === undefined ? undefined : { value: neutral, isGrounded: false };
}

/** Numbers in the sentences that speak of the field, the one nearest to its words first. */
export function numbersNear(field: Field, evidence: Evidence): number[] {
  const wanted = stemsOf(field.words.filter((word) => !countWords.has(word)));
  if (wanted.size === 0) return [];
  const query = new Map([...wanted].map((found) => [found, 1]));
  const units = rankUnits(evidence, query, new Set()).filter(({ hits }) => hits > 0);
  const labelled = evidence.entries.filter(({ name }) => wordsOf(name).some((word) => wanted.has(stem(word))));
  const texts = [
    ...labelled.map(({ name, text }) => `${name}: ${text}`),
    ...units.slice(0, 20).map(({ unit }) => unit.text),
  ];
  return texts.flatMap((text) => numbersByDistance(text, wanted));
}

/** Where a text has one number, and no more, it is what is asked for. */
function onlyNumber({ text }: Evidence, fits: (value: number) => boolean): number | undefined {
  const [number, ...more] = new Set([...text.matchAll(numberInText)].map((match) => valueOf(match)));
  return number !== undefined && more.length === 0 && fits(number) ? number : undefined;
}

function valueOf([digits]: RegExpMatchArray): number {
  return Number(digits.replaceAll(',', ''));
}

function numbersByDistance(text: string, wanted: ReadonlySet<string>): number[] {
  const places = [...text.matchAll(/\p{L}+/gu)]
    .filter(([word]) => wanted.has(stem(word.toLowerCase())))
    .map(({ index }) => index);
  const numbers = [...text.matchAll(numberInText)].map((match) => ({
    value: valueOf(match),
    distance: Math.min(...places.map((place) => Math.abs(place - match.index))),
  }));
  return numbers.toSorted((a, b) => a.distance - b.distance).map(({ value }) => value);
}

const countable: Readonly<Record<string, (evidence: Evidence) => number>> = {
  word: ({ text }) => wordsOf(text).length,
  character: ({ text }) => text.length,
  line: ({ text }) => text.split('\n').length,
  sentence: ({ units }) => units.filter(({ isSentence }) => isSentence).length,
  section: ({ headings }) => headings.length,
  heading: ({ headings }) => headings.length,
  file: ({ files }) => files.length,
  link: ({ links }) => links.length,
};

function countOf(field: Field, { values, evidence }: Filling): number | undefined {
  const things = field.words.filter((word) => !countWords.has(word));
  const [thing] = things;
  if (thing === undefined || things.length === field.words.length) return undefined;
  const singular = things.join('_').replace(/s$/u, '');
  for (const name of [`${singular}s`, singular]) {
    for (const found of valuesNamed(name, values, 6)) if (Array.isArray(found)) return found.length;
  }
  const counter = Object.entries(countable).find(([name]) => stem(name) === stem(thing));
  return counter?.[1](evidence);
}

/** Numbers that claim as little as the bounds let them. */
function smallest(variant: SchemaObject): number[] {
  const low = Math.max(limit(variant['minimum'], -Infinity), limit(variant['exclusiveMinimum'], -Infinity));
  const high = Math.min(limit(variant['maximum'], Infinity), limit(variant['exclusiveMaximum'], Infinity));
  const step = limit(variant['multipleOf'], 1);
  const start = Number.isFinite(low) ? Math.ceil(low / step) * step : Math.floor(high / step) * step;
  const candidates = [0, low, start, start + step, start - step, high, (low + high) / 2];
  return candidates.filter((value) => Number.isFinite(value) && numberFits(variant, value));
}
