import type { SchemaObject, SchemaValue } from '../../json/schema-walk.ts';
import { copyValue } from './copied-value.ts';
import type { Field } from './field.ts';
import { fillBoolean, fillChoice } from './fill-choice.ts';
import { fillList } from './fill-list.ts';
import { fillNumber } from './fill-number.ts';
import { fillObject } from './fill-object.ts';
import { fillString } from './fill-string.ts';
import type { Filled, Filling, FillVariant } from './filling.ts';
import { schemaVariants } from './schema-variants.ts';

const mostDepth = 24;

const fillers: Readonly<Record<string, FillVariant>> = {
  array: fillList,
  boolean: fillBoolean,
  integer: fillNumber,
  null: () => ({ value: null, isGrounded: false }),
  number: fillNumber,
  object: fillObject,
  string: fillString,
};

/** A value for one part of a schema: copied where it is there already, else found in the texts, else a default. */
export function fillSchema(schema: SchemaValue, field: Field, filling: Filling): Filled | undefined {
  filling.budget.left -= 1;
  if (filling.depth > mostDepth || filling.budget.left < 0) return undefined;
  const copied = copyValue(schema, field, filling);
  if (copied !== undefined) return { value: copied, isGrounded: true };
  const variants = schemaVariants(schema, filling.root);
  let fallback: Filled | undefined;
  for (const variant of variants) {
    const filled = fillVariant(variant, field, { ...filling, depth: filling.depth + 1 });
    if (filled?.isGrounded === true) return filled;
    if (fallback === undefined || filled?.value === null) fallback = filled ?? fallback;
  }
  return fallback;
}

function fillVariant(variant: SchemaObject, field: Field, filling: Filling): Filled | undefined {
  if (variant['const'] !== undefined || variant['enum'] !== undefined) return fillChoice(variant, filling);
  const { type = 'string' } = variant;
  const filler = typeof type === 'string' && Object.hasOwn(fillers, type) ? fillers[type] : undefined;
  return filler?.(variant, field, filling);
}
