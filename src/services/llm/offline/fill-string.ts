import type { SchemaObject } from '../../json/schema-walk.ts';
import { limit, scalarFits, stringFits } from './constraints.ts';
import type { Field } from './field.ts';
import type { Filled, Filling } from './filling.ts';
import { patternSample } from './pattern-sample.ts';
import { stringCandidates, type Candidate } from './string-candidates.ts';
import { findFormat, neutralOf } from './string-formats.ts';
import { wordsOf } from './words.ts';

const mostTokens = 2_000;

/** The best text for a field; cut or made up only where the schema leaves no other way. */
export function fillString(variant: SchemaObject, field: Field, filling: Filling): Filled | undefined {
  const fitting = fittingCandidates(variant, field, filling);
  const best = fitting.find(({ isGrounded }) => isGrounded) ?? fitting[0];
  if (best !== undefined) {
    const isRepetition =
      filling.thing !== undefined && best.parts.length > 0 && best.parts.every((part) => filling.used.has(part));
    for (const part of best.parts) filling.used.add(part);
    return { value: best.text, isGrounded: best.isGrounded && !isRepetition };
  }
  const forced = lastResorts(variant, field, filling).find((text) => scalarFits(variant, text));
  return forced === undefined ? undefined : { value: forced, isGrounded: false };
}

/** Texts that fit the schema, unused ones first. */
export function fittingCandidates(variant: SchemaObject, field: Field, filling: Filling): Candidate[] {
  const { format, pattern } = variant;
  const plain = typeof format === 'string' ? formatted(format, filling) : undefined;
  const candidates = plain ?? [...stringCandidates(field, filling), ...(pattern === undefined ? [] : tokens(filling))];
  const fitting = candidates.filter(({ text }) => stringFits(variant, text));
  const isUsed = ({ parts }: Candidate): boolean => parts.some((part) => filling.used.has(part));
  return firstOfEach(fitting).toSorted((a, b) => Number(isUsed(a)) - Number(isUsed(b)));
}

function firstOfEach(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ text }) => {
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
}

function formatted(format: string, { evidence }: Filling): Candidate[] | undefined {
  return findFormat(format, [evidence.text, ...evidence.notes].join('\n'))?.map((text) => ({
    text,
    parts: [],
    isGrounded: true,
  }));
}

/** Single words of the texts, for patterns such as ticket numbers. */
function tokens({ evidence }: Filling): Candidate[] {
  const words = [...evidence.notes, evidence.text].join('\n').split(/[\s"'`()[\]{}|,;]+/u);
  const trimmed = words.slice(0, mostTokens).map((word) => word.replace(/[.:!?]+$/u, ''));
  return [...new Set(trimmed)]
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .map((text) => ({ text, parts: [], isGrounded: true }));
}

function lastResorts(variant: SchemaObject, field: Field, filling: Filling): string[] {
  const { default: preset, format, pattern } = variant;
  const shortest = limit(variant['minLength'], 0);
  const longest = limit(variant['maxLength'], Infinity);
  const [best] = stringCandidates(field, filling);
  const all = filling.evidence.units.map(({ text }) => text).join(' ');
  const sample = typeof pattern === 'string' ? (patternSample(pattern, shortest) ?? '') : '';
  const label = field.words.join(' ') || 'text';
  const texts = [
    typeof preset === 'string' ? preset : '',
    typeof format === 'string' ? (neutralOf(format) ?? '') : '',
    sample.replace(/\d+/u, String(field.ordinal + 1)),
    sample,
    '',
    cut(best?.text ?? '', longest),
    cut(all, Math.min(longest, shortest + 400)),
    cut(label, longest),
    label.slice(0, Math.min(longest, 1_000)),
    shortest <= 100_000 ? label.padEnd(shortest, '.') : '',
  ];
  return texts;
}

/** Whole words only, with a sign that something was left out. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const words = wordsOf(text);
  if (words.length === 0 || longest < 2) return text.slice(0, longest);
  const short = text.slice(0, longest - 1);
  const end = short.lastIndexOf(' ');
  return `${end > 0 ? short.slice(0, end) : short}…`;
}
