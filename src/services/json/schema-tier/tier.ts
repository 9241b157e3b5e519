import type { JsonSchema } from '../../../manifest/index.ts';
import type { JsonNode } from '../repair/node.ts';
import { viewOf, type Part, type View } from './view.ts';

/** A change that the schema allowed. */
export interface Mending {
  readonly kind: string;
  readonly path: string;
  readonly lossless: boolean;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Of a field that was dropped. */
  readonly key?: string;
}

/** Where a value stands, from the inside out. */
export type Place = { readonly above: Place; readonly key: string | number } | undefined;

export interface Aim {
  /** What decides whether the value is valid. */
  readonly parts: readonly Part[];
  readonly view: View;
  readonly place: Place;
}

/** What fitting one document to its schema has come to. */
export interface Tier {
  readonly root: JsonSchema;
  readonly views: Map<string, View>;
  /** Whether a value is valid at a place of the schema: Ajv's word. */
  readonly accepts: (pointer: string, value: unknown) => boolean;
  readonly mendings: Mending[];
  /** Paths of values that cannot be known without guessing. */
  readonly unknown: string[];
  /** Fits a node to the schemas of a place; here, since fields and branches call it in turn. */
  readonly fit: (tier: Tier, node: JsonNode, aim: Aim) => unknown;
  trials: number;
  textDepth: number;
}

/** Unions within unions could be tried in more ways than there is time for. */
const mostTrials = 20_000;

export function viewFor(tier: Tier, parts: readonly Part[]): View {
  const [only] = parts;
  const key = only !== undefined && parts.length === 1 ? only.pointer : parts.map(({ pointer }) => pointer).join('\n');
  const view = tier.views.get(key) ?? viewOf(tier.root, parts);
  tier.views.set(key, view);
  return view;
}

/** The value of a node in the form that its schema asks for; what cannot be mended safely stays as it stands. */
export function fit(tier: Tier, node: JsonNode, { parts, place }: Omit<Aim, 'view'>): unknown {
  return tier.fit(tier, node, { parts, place, view: viewFor(tier, parts) });
}

export function isValid(tier: Tier, aim: Aim, value: unknown): boolean {
  return acceptsAll(tier, aim.parts, value);
}

export function acceptsAll(tier: Tier, parts: readonly Part[], value: unknown): boolean {
  return parts.every(({ pointer }) => tier.accepts(pointer, value));
}

/** Tries a way to fit a value and takes back what it recorded when it does not come to anything. */
export function attempt(
  tier: Tier,
  way: () => { readonly value: unknown } | undefined,
): { readonly value: unknown } | undefined {
  tier.trials += 1;
  if (tier.trials > mostTrials) return undefined;
  const { mendings, unknown } = tier;
  const marks = [mendings.length, unknown.length] as const;
  const result = way();
  if (result !== undefined && unknown.length === marks[1]) return result;
  mendings.length = marks[0];
  unknown.length = marks[1];
  return undefined;
}

export function mend(
  tier: Tier,
  place: Place,
  mending: Omit<Mending, 'path' | 'lossless'> & { lossless?: boolean },
): void {
  tier.mendings.push({ lossless: true, ...mending, path: pathOf(place) });
}

/** A JSON pointer (RFC 6901). */
export function pathOf(place: Place): string {
  const steps: string[] = [];
  for (let at = place; at !== undefined; at = at.above) {
    steps.push(`/${String(at.key).replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
  return steps.toReversed().join('');
}

/** The value as it stands, with no schema to help. A bare word, or a number that overflows, is none. */
export function plain(tier: Tier, node: JsonNode, place: Place): unknown {
  switch (node.kind) {
    case 'string':
      return node.text;
    case 'literal':
      return node.value;
    case 'number':
      if (!Number.isFinite(node.value)) tier.unknown.push(pathOf(place));
      return node.value;
    case 'word':
      tier.unknown.push(pathOf(place));
      return null;
    case 'list':
      return node.items.map((item, index) => plain(tier, item, { above: place, key: index }));
    case 'object': {
      const value = {};
      for (const [key, member] of node.members) setField(value, key, plain(tier, member, { above: place, key }));
      return value;
    }
  }
}

/** Sets an own field, also one named "__proto__", which by assignment would change what the object inherits. */
export function setField(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
