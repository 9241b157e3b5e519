import { isSchemaObject, type SchemaObject } from '../../json/schema-walk.ts';
import type { Entry } from './evidence.ts';
import { fieldOf, type Field, type Role } from './field.ts';
import type { Filling } from './filling.ts';
import { pickDistinct } from './rank.ts';
import { sentencesFor } from './string-candidates.ts';
import { stem, wordsOf } from './words.ts';

const mostAnchors = 50;

/** The things that the objects of a list can be about, the best first. */
export function listAnchors(item: SchemaObject, field: Field, filling: Filling): Entry[] {
  const roles = rolesOf(item);
  const sentences = pickDistinct(sentencesFor(field, filling), mostAnchors).map(({ unit }) => anchor('', unit.text));
  if (roles.has('path') || field.role === 'path') return aboutFiles(filling);
  if (roles.has('question') || field.role === 'question') return sentences.filter(({ text }) => text.endsWith('?'));
  const isNamed = roles.has('name') || roles.has('title') || roles.has('keyword') || roles.has('id');
  const strong = [...field.query.values()].some((worth) => worth >= 3);
  const spoken = sentences.filter(({ text }) => !strong || speaksOf(text, field));
  const entries = isNamed ? rankEntries(field, filling) : [];
  return [...entries, ...(spoken.length > 0 ? spoken : sentences)].slice(0, mostAnchors);
}

function anchor(name: string, text: string): Entry {
  return { name, text, group: '', isSection: false };
}

function rolesOf(item: SchemaObject): ReadonlySet<Role> {
  const properties = isSchemaObject(item['properties']) ? Object.keys(item['properties']) : [];
  return new Set(properties.map((name) => fieldOf(name, {}).role));
}

function aboutFiles({ evidence }: Filling): Entry[] {
  return evidence.files.map((path) =>
    anchor(path, evidence.units.find(({ text }) => text.includes(path))?.text ?? path),
  );
}

/** What belongs to the field first, then what speaks of it; sections only after true lists. */
function rankEntries(field: Field, { evidence }: Filling): Entry[] {
  const rank = ({ name, text, group, isSection }: Entry): number =>
    (speaksOf(group, field) ? 2 : 0) + (speaksOf(`${name} ${text}`, field) ? 1 : 0) - (isSection ? 1.5 : 0);
  const distinct = new Map(evidence.entries.map((entry) => [entry.name, { entry, score: rank(entry) }]));
  return [...distinct.values()].toSorted((a, b) => b.score - a.score).map(({ entry }) => entry);
}

function speaksOf(text: string, field: Field): boolean {
  return wordsOf(text).some((word) => (field.query.get(stem(word)) ?? 0) >= 1.5);
}
