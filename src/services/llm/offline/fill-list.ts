import { isSchemaObject, type SchemaObject, type SchemaValue } from '../../json/schema-walk.ts';
import { limit, sameJson, scalarFits } from './constraints.ts';
import { readEvidence } from './evidence.ts';
import { supportedChoices } from './fill-choice.ts';
import { numbersNear } from './fill-number.ts';
import { fittingCandidates } from './fill-string.ts';
import { fieldOf, type Field } from './field.ts';
import type { Filled, Filling, FillVariant } from './filling.ts';
import { listAnchors } from './list-anchors.ts';
import { schemaVariants } from './schema-variants.ts';

/** How many items are enough where the schema does not say. */
const targets: Readonly<Record<string, number>> = { keyword: 8, path: 20, folder: 10, link: 10 };
const usualTarget = 5;
const mostForced = 1_000;

/** Several things that were found, as many as the schema allows and a reader wants. */
export const fillList: FillVariant = (variant, field, filling) => {
  const { prefixItems, items = true } = variant;
  const least = limit(variant['minItems'], 0);
  const fixed = least > mostForced ? undefined : fillTuple(prefixItems, field, filling);
  if (fixed === undefined) return undefined;
  const target = Math.max(least, Array.isArray(prefixItems) ? 0 : (targets[field.role] ?? usualTarget));
  const most = Math.min(target, limit(variant['maxItems'], Infinity)) - fixed.length;
  const found = items === false || most <= 0 ? [] : findItems(items, field, { ...filling, depth: filling.depth + 1 });
  const list = [...fixed, ...distinct(found).slice(0, most)];
  padList(list, variant, { field, filling });
  return list.length < least ? undefined : { value: list, isGrounded: found.length > 0 };
};

/** More of the same, up to the number that the schema asks for. */
function padList(list: unknown[], variant: SchemaObject, { field, filling }: { field: Field; filling: Filling }): void {
  const least = limit(variant['minItems'], 0);
  const { items = true, uniqueItems } = variant;
  for (let ordinal = list.length; list.length < least && ordinal < least * 2 + 20; ordinal += 1) {
    const extra = filling.fill(items, { ...field, ordinal }, filling);
    if (extra === undefined) return;
    if (uniqueItems !== true || !list.some((item) => sameJson(item, extra.value))) list.push(extra.value);
  }
}

function fillTuple(prefix: SchemaValue | undefined, field: Field, filling: Filling): unknown[] | undefined {
  const parts = Array.isArray(prefix) ? prefix : [];
  const filled = parts.map((part, ordinal) => filling.fill(part, { ...field, ordinal }, filling));
  const values = filled.filter((part) => part !== undefined).map(({ value }) => value);
  return values.length === parts.length ? values : undefined;
}

function findItems(items: SchemaValue, field: Field, filling: Filling): unknown[] {
  const variant = schemaVariants(items, filling.root).find(({ type }) => type !== 'null');
  if (variant === undefined) return [];
  if (Array.isArray(variant['enum'])) return supportedChoices(variant, filling);
  const { type } = variant;
  if (type === 'string' || type === undefined) return findTexts(variant, field, filling);
  if (type === 'number' || type === 'integer')
    return numbersNear(field, filling.evidence).filter((value) => scalarFits(variant, value));
  return type === 'object' ? findObjects(items, variant, { field, filling }) : [];
}

function findTexts(variant: SchemaObject, field: Field, filling: Filling): string[] {
  const single = field.role === 'summary' || field.role === 'answer' ? { ...field, role: 'sentence' as const } : field;
  const candidates = fittingCandidates(variant, single, filling).filter(
    ({ isGrounded, parts }) => isGrounded && parts.length < 2,
  );
  const fresh = candidates.filter(({ text }) => !filling.used.has(text));
  const mayRepeat = fresh.length < 3 && filling.thing === undefined;
  const chosen = (mayRepeat ? candidates : fresh).slice(0, targets[field.role] ?? usualTarget);
  const texts = chosen.map(({ text }) => text);
  for (const text of texts) filling.used.add(text);
  return texts;
}

function findObjects(
  items: SchemaValue,
  variant: SchemaObject,
  { field, filling }: { field: Field; filling: Filling },
): unknown[] {
  if (filling.depth > 4) return [];
  const objects: unknown[] = [];
  for (const anchor of listAnchors(variant, field, filling)) {
    if (objects.length >= usualTarget) break;
    const narrowed: Filling = {
      ...filling,
      thing: anchor,
      evidence: readEvidence([{ text: anchor.text, weight: 1 }], [anchor.name, anchor.text]),
      values: [],
    };
    const itemField = { ...fieldOf('', isSchemaObject(items) ? items : {}), ordinal: objects.length };
    const filled: Filled | undefined = filling.fill(items, itemField, narrowed);
    if (filled?.isGrounded === true) objects.push(filled.value);
  }
  return objects;
}

function distinct(values: readonly unknown[]): unknown[] {
  const byText = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...byText.values()];
}
