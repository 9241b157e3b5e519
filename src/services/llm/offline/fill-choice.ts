import type { SchemaObject, SchemaValue } from '../../json/schema-walk.ts';
import type { Field } from './field.ts';
import type { Filled, Filling } from './filling.ts';
import { supportFor } from './support.ts';
import { nameWords, stemsOf, wordsOf } from './words.ts';

/** A `const`, or the first value of an `enum` that the texts support. */
export function fillChoice(variant: SchemaObject, filling: Filling): Filled | undefined {
  const { const: constant, enum: choices, default: preset } = variant;
  const values = constant === undefined ? listOf(choices) : [constant];
  const found = values.find((value) => isSupported(value, variant, filling));
  if (found !== undefined) return { value: found, isGrounded: true };
  const [first] = preset !== undefined && values.includes(preset) ? [preset] : values;
  return first === undefined ? undefined : { value: first, isGrounded: false };
}

/** All values of an `enum` that the texts support, in the order of the schema. */
export function supportedChoices(variant: SchemaObject, filling: Filling): SchemaValue[] {
  return listOf(variant['enum']).filter((value) => isSupported(value, variant, filling));
}

const auxiliaries: ReadonlySet<string> = new Set(
  'are can contain contains has have include includes is needs should uses was'.split(' '),
);

/** True where the texts speak of the words of the field and do not negate them. */
export function fillBoolean(variant: SchemaObject, field: Field, filling: Filling): Filled {
  const stems = stemsOf(field.words.filter((word) => !auxiliaries.has(word)));
  const stance = supportFor(stems, filling.evidence);
  if (stance !== undefined) return { value: stance, isGrounded: true };
  return { value: variant['default'] === true, isGrounded: false };
}

function isSupported(value: SchemaValue, variant: SchemaObject, { evidence }: Filling): boolean {
  if (typeof value !== 'string') return false;
  if (supportFor(stemsOf(nameWords(value)), evidence) === true) return true;
  const { description } = variant;
  return (
    variant['const'] !== undefined &&
    typeof description === 'string' &&
    supportFor(stemsOf(wordsOf(description)), evidence) === true
  );
}

function listOf(value: SchemaValue | undefined): SchemaValue[] {
  return Array.isArray(value) ? value : [];
}
