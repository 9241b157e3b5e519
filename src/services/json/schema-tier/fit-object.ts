import type { JsonNode, ObjectNode } from '../repair/node.ts';
import { declaredKey, spelling } from './coerce.ts';
import { acceptsAll, fit, mend, plain, setField, type Aim, type Tier } from './tier.ts';
import { targetsOf, type Part, type View } from './view.ts';

/** Fits the fields of an object: renamed, left out or filled in only as far as the schema makes it plain. */
export function fitObject(tier: Tier, node: ObjectNode, aim: Aim): Record<string, unknown> {
  const { view, place } = aim;
  const value: Record<string, unknown> = {};
  const renamed = renamings(node, view);
  const stated = new Set<string>();
  for (const [written, member] of node.members) {
    const key = renamed.get(written) ?? written;
    const inner = { above: place, key };
    const parts = partsOf(view, key);
    stated.add(key);
    if (parts.length === 0 && view.isClosed && !meansDeclared(written, node, view)) {
      mend(tier, inner, { kind: 'undeclared_dropped', lossless: false, key });
      continue;
    }
    if (isAbsent(tier, member, { view, key, parts })) {
      stated.delete(key);
      mend(tier, inner, { kind: 'null_left_out', before: null });
      continue;
    }
    if (key !== written) mend(tier, inner, { kind: 'key_renamed', before: written, after: key });
    const fitted = parts.length === 0 ? plain(tier, member, inner) : fit(tier, member, { parts, place: inner });
    setField(value, key, fitted);
  }
  fillDefaults(tier, value, { aim, stated });
  return value;
}

function partsOf(view: View, key: string): readonly Part[] {
  const declared = view.properties.get(key);
  if (declared !== undefined && view.patterns.length === 0) return declared;
  const patterned = view.patterns.filter(([pattern]) => pattern.test(key)).map(([, part]) => part);
  if (declared !== undefined) return [...declared, ...patterned];
  if (patterned.length > 0) return patterned;
  return view.additional === undefined ? [] : [view.additional];
}

/** Which keys are declared ones in another spelling: exactly one, for one that is absent. */
function renamings(node: ObjectNode, view: View): Map<string, string> {
  const renamed = new Map<string, string>();
  const absent = [...view.properties.keys()].filter((key) => !node.members.has(key));
  if (absent.length === 0) return renamed;
  const taken = new Map<string, number>();
  for (const key of node.members.keys()) taken.set(spelling(key), (taken.get(spelling(key)) ?? 0) + 1);
  for (const key of node.members.keys()) {
    if (view.properties.has(key) || view.patterns.some(([pattern]) => pattern.test(key))) continue;
    const declared = declaredKey(key, absent);
    if (declared !== undefined && taken.get(spelling(key)) === 1) renamed.set(key, declared);
  }
  return renamed;
}

/** A key that could be the absent field in another spelling is not dropped, though it is not plain enough to be renamed. */
function meansDeclared(key: string, node: ObjectNode, view: View): boolean {
  const wanted = spelling(key);
  return [...view.properties.keys()].some((name) => !node.members.has(name) && spelling(name) === wanted);
}

/** `null` for an optional field that cannot be null says that the field is absent. */
function isAbsent(
  tier: Tier,
  member: JsonNode,
  { view, key, parts }: { view: View; key: string; parts: readonly Part[] },
): boolean {
  if (member.kind === 'word') return member.text === 'undefined' && parts.length > 0;
  if (member.kind !== 'literal' || member.value !== null) return false;
  if (!view.properties.has(key) || view.required.has(key)) return false;
  return !acceptsAll(tier, parts, null);
}

function fillDefaults(
  tier: Tier,
  value: Record<string, unknown>,
  { aim, stated }: { aim: Aim; stated: ReadonlySet<string> },
): void {
  for (const [key, parts] of aim.view.properties) {
    if (stated.has(key) || aim.view.required.has(key)) continue;
    const found = defaultOf(tier, parts);
    if (found === undefined) continue;
    mend(tier, { above: aim.place, key }, { kind: 'default', after: found.value });
    setField(value, key, found.value);
  }
}

/** A copy of the default that the schema's author wrote down, if it is itself valid. */
function defaultOf(tier: Tier, parts: readonly Part[]): { readonly value: unknown } | undefined {
  for (const { schema } of withTargets(tier, parts)) {
    if (typeof schema !== 'object' || schema === null || Array.isArray(schema) || !Object.hasOwn(schema, 'default'))
      continue;
    const value: unknown = structuredClone(schema['default']);
    return acceptsAll(tier, parts, value) ? { value } : undefined;
  }
  return undefined;
}

function withTargets(tier: Tier, parts: readonly Part[]): readonly Part[] {
  return parts.flatMap((part) => [part, ...targetsOf(tier.root, part)]);
}
