import type { Entry } from './evidence.ts';
import type { Field, Role } from './field.ts';
import type { Filling } from './filling.ts';
import { pickDistinct, rankUnits, type Ranked } from './rank.ts';
import { isSentence } from './sentences.ts';
import { findFormat } from './string-formats.ts';
import { stem, wordsOf } from './words.ts';

export interface Candidate {
  readonly text: string;
  /** The units it is made of. */
  readonly parts: readonly string[];
  readonly isGrounded: boolean;
}

type Collect = (field: Field, filling: Filling) => readonly string[];

const summaryLength = 600;
const summarySentences = 3;
const mostCandidates = 30;
const strongWorth = 1.5;
/** Fields that any fitting sentence may fill; the others want a thing of their kind. */
const proseRoles: ReadonlySet<Role> = new Set(['summary', 'answer', 'sentence']);

/** What a field of each kind is filled with first; after it comes whatever is the best sentence. */
const collectors = {
  question: (field, filling) =>
    sentencesFor(field, filling)
      .filter(({ unit }) => /[?？]$/u.test(unit.text))
      .map(({ unit }) => unit.text),
  keyword: (_field, { evidence }) => evidence.terms,
  path: (_field, { evidence, thing }) => [...pathsAs(thing?.name, evidence.files), ...evidence.files],
  folder: (_field, { evidence }) => evidence.folders,
  link: (_field, { evidence }) => evidence.links,
  id: (field, { thing, evidence }) => identifiers(thing?.name ?? evidence.title ?? evidence.headings[0], field.ordinal),
  version: (_field, { evidence }) => findFormat('version', evidence.text) ?? [],
  date: (_field, { evidence }) => findFormat('date', evidence.text) ?? [],
  title: (_field, filling) => titles(filling),
  name: (_field, filling) => titles(filling),
  summary: () => [],
  answer: () => [],
  sentence: (field, { evidence }) => labelled(field, evidence.entries),
} as const satisfies Record<Role, Collect>;

/** Texts for a field, the best first. */
export function stringCandidates(field: Field, filling: Filling): Candidate[] {
  const special = collectors[field.role](field, filling).map((text) => ({ text, parts: [text], isGrounded: true }));
  const ranked = pickDistinct(sentencesFor(field, filling), mostCandidates);
  const single = ranked.map((one) => ({
    text: one.unit.text,
    parts: [one.unit.text],
    isGrounded: isAbout(one, field, filling),
  }));
  const digest = field.role === 'summary' || field.role === 'answer' ? digests(ranked, filling) : [];
  const whole = filling.thing === undefined || !proseRoles.has(field.role) ? '' : filling.thing.text;
  const said = whole === '' || single.length > 0 ? [] : [{ text: whole, parts: [whole], isGrounded: true }];
  return [...special, ...digest, ...single, ...said];
}

/** A few of the best sentences, in the order of the text. */
export function digests(ranked: readonly Ranked[], filling: Filling): Candidate[] {
  const relevant = relevantTo(ranked, filling);
  const whole = relevant.filter(({ unit }) => unit.isSentence);
  const best = whole.length > 0 ? whole : relevant;
  return Array.from({ length: summarySentences }, (_, index) => summarySentences - index).flatMap((count) => {
    const units = best.slice(0, count).map(({ unit }) => unit);
    const parts = units.toSorted((a, b) => a.order - b.order).map(({ text }) => text);
    const text = parts.join(' ');
    const isFitting =
      parts.length > 0 &&
      (text.length <= summaryLength || count === 1) &&
      parts.every((part) => parts.length === 1 || isSentence(part));
    return isFitting ? [{ text, parts, isGrounded: filling.evidence.units.length > 0 }] : [];
  });
}

/** To a question, only what speaks of it is an answer. */
function relevantTo(ranked: readonly Ranked[], { isQuestion, topic }: Filling): readonly Ranked[] {
  if (!isQuestion) return ranked;
  const counted = ranked.map((one) => ({ one, hits: [...topic].filter((found) => one.unit.stems.has(found)).length }));
  const most = Math.max(0, ...counted.map(({ hits }) => hits));
  return most === 0 ? ranked : counted.filter(({ hits }) => hits > most / 2).map(({ one }) => one);
}

/** Units for a field; what the request is about counts where the field itself says little. */
export function sentencesFor(field: Field, filling: Filling): Ranked[] {
  const query = new Map(field.query);
  const topicWorth = filling.isQuestion && (field.role === 'answer' || field.role === 'summary') ? 3 : 1;
  for (const found of filling.topic) query.set(found, Math.max(topicWorth, query.get(found) ?? 0));
  return rankUnits(filling.evidence, query, filling.used);
}

/** Whether a sentence speaks of the field, and not merely stands in the same text. */
function isAbout({ unit }: Ranked, field: Field, { thing }: Filling): boolean {
  if (!proseRoles.has(field.role)) return false;
  if (thing !== undefined) return true;
  const strong = [...field.query].filter(([, worth]) => worth >= strongWorth);
  return strong.length === 0 || strong.some(([found]) => unit.stems.has(found));
}

function titles({ thing, evidence }: Filling): string[] {
  const whole = evidence.units.filter(({ isSentence: isWhole, text }) => isWhole && text.length <= 80);
  const short = whole.map(({ text }) => text.replace(/\.$/u, ''));
  const named = [
    thing?.name ?? '',
    evidence.title ?? '',
    ...short.slice(0, 3),
    isShort(evidence.text) ? evidence.text.trim().replace(/\.$/u, '') : '',
    evidence.headings[0] ?? '',
    evidence.terms.slice(0, 3).join(', '),
  ];
  return named.filter((text) => text !== '');
}

function isShort(text: string): boolean {
  return text.length <= 80 && !text.trim().includes('\n');
}

function pathsAs(name: string | undefined, known: readonly string[]): string[] {
  return name !== undefined && (known.includes(name) || /^[\w@./-]+$/u.test(name)) ? [name] : [];
}

function labelled({ words }: Field, entries: readonly Entry[]): string[] {
  const wanted = words.map(stem);
  const isNamed = ({ name }: Entry): boolean => {
    const stems = new Set(wordsOf(name).map(stem));
    return wanted.length > 0 && stems.size <= wanted.length + 1 && wanted.every((found) => stems.has(found));
  };
  return entries.filter(isNamed).map(({ text }) => text);
}

/** Names a machine can read, made of a title; with a number where the plain one is taken. */
function identifiers(title: string | undefined, ordinal: number): string[] {
  const words = wordsOf(title ?? '')
    .slice(0, 6)
    .map((word) => word.replaceAll(/[^\p{L}\p{N}]/gu, ''));
  const slug = words.join('-');
  const numbered = slug === '' ? `item-${ordinal + 1}` : `${slug}-${ordinal + 1}`;
  return [slug, numbered, words.join('_'), `item-${ordinal + 1}`, String(ordinal + 1)].filter((text) => text !== '');
}
