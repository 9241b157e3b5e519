import { isSchemaObject, type SchemaObject, type SchemaValue } from '../../json/schema-walk.ts';
import { limit } from './constraints.ts';
import { fieldOf, type Field } from './field.ts';
import type { Filled, Filling, FillVariant } from './filling.ts';

const mostMapEntries = 5;

interface Members {
  readonly filled: Map<string, Filled>;
  /** What nothing was found for, and what a sparse answer leaves out. */
  readonly spare: Map<string, Filled>;
}

/** Required fields always; the others where something was found for them. */
export const fillObject: FillVariant = (variant, field, filling) => {
  const declared = isSchemaObject(variant['properties']) ? Object.entries(variant['properties']) : [];
  const required = new Set(stringsOf(variant['required']));
  const members = fillMembers([...declared, ...undeclared(variant, required)], required, { field, filling });
  if (members === undefined) return undefined;
  const { filled, spare } = members;
  addDependents(variant, members);
  for (const [name, member] of spare) if (filled.size < limit(variant['minProperties'], 0)) filled.set(name, member);
  if (declared.length === 0) addMapEntries(variant, filled, filling);
  const most = Math.max(required.size, limit(variant['maxProperties'], Infinity));
  const kept = [...filled].slice(0, most);
  const value: unknown = Object.fromEntries(kept.map(([name, member]) => [name, member.value]));
  return { value, isGrounded: kept.some(([, { isGrounded }]) => isGrounded) };
};

function fillMembers(
  declared: readonly [string, SchemaValue][],
  required: ReadonlySet<string>,
  { field, filling }: { field: Field; filling: Filling },
): Members | undefined {
  const members: Members = { filled: new Map(), spare: new Map() };
  for (const [name, schema] of declared) {
    const isRequired = required.has(name);
    const member = filling.fill(schema, { ...fieldFor(name, schema), ordinal: field.ordinal }, filling);
    if (member === undefined && isRequired) return undefined;
    if (member === undefined) continue;
    const isKept = isRequired || (member.isGrounded && !filling.isSparse);
    (isKept ? members.filled : members.spare).set(name, member);
  }
  return members;
}

function fieldFor(name: string, schema: SchemaValue): Field {
  return fieldOf(name, isSchemaObject(schema) ? schema : {});
}

/** Fields that are required and described only by what holds for all others. */
function undeclared(variant: SchemaObject, required: ReadonlySet<string>): [string, SchemaValue][] {
  const declared = new Set(isSchemaObject(variant['properties']) ? Object.keys(variant['properties']) : []);
  return [...required]
    .filter((name) => !declared.has(name))
    .map((name) => [name, variant['additionalProperties'] ?? true]);
}

function addDependents(variant: SchemaObject, { filled, spare }: Members): void {
  const { dependentRequired } = variant;
  if (!isSchemaObject(dependentRequired)) return;
  for (const [name, needed] of Object.entries(dependentRequired)) {
    if (!filled.has(name)) continue;
    for (const other of stringsOf(needed)) {
      const member = spare.get(other);
      if (member !== undefined) filled.set(other, member);
    }
  }
}

/** An object of any keys: names that occur in the texts, with what is said about them. */
function addMapEntries(variant: SchemaObject, filled: Map<string, Filled>, filling: Filling): void {
  const { additionalProperties } = variant;
  const least = limit(variant['minProperties'], 0);
  if (!isSchemaObject(additionalProperties) && least === 0) return;
  const most = Math.min(Math.max(least, mostMapEntries), limit(variant['maxProperties'], Infinity));
  const names = [...filling.evidence.entries.map(({ name }) => name), ...filling.evidence.terms];
  for (const name of names) {
    if (filled.size >= most) return;
    if (filled.has(name) || name === '__proto__') continue;
    const member = filling.fill(additionalProperties ?? true, fieldFor(name, {}), filling);
    if (member !== undefined && (member.isGrounded || filled.size < least)) filled.set(name, member);
  }
}

function stringsOf(value: SchemaValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
