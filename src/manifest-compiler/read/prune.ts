import { z } from 'zod';
import type { ProblemPath } from '../../errors/index.ts';
import { childSchema, childValue, effectiveSchema, type Schema } from './schema-path.ts';

/** For lists that lost items: what index each remaining item has in the file, by the path of the list as JSON. */
export type KeptItems = ReadonlyMap<string, readonly number[]>;

/** A part that could not be used and was left out, so that the rest of its manifest can still be checked. */
export interface BrokenPart {
  readonly path: ProblemPath;
  /** What was written there. */
  readonly value: unknown;
}

/** The part to leave out because of an issue in it: the list item or named entry, else the innermost optional field. */
export function findCut(root: unknown, schema: Schema, path: ProblemPath): ProblemPath | undefined {
  let around: Schema | undefined = schema;
  let value = root;
  let optional: ProblemPath | undefined;
  for (const [depth, step] of path.entries()) {
    const here = effectiveSchema(around, value);
    const next: Schema | undefined = childSchema(around, step, value);
    if (here instanceof z.ZodRecord || (here instanceof z.ZodArray && isUnit(next))) return path.slice(0, depth + 1);
    if (next instanceof z.ZodOptional) optional = path.slice(0, depth + 1);
    around = next;
    value = childValue(value, step);
  }
  return optional;
}

/** A copy of a manifest without some of its parts. */
export function leaveOut(root: unknown, cuts: readonly ProblemPath[]): { value: unknown; kept: KeptItems } {
  const value: unknown = structuredClone(root);
  const kept = new Map<string, readonly number[]>();
  for (const [name, keys] of groupByParent(cuts)) {
    const parentPath: unknown = JSON.parse(name);
    const around = Array.isArray(parentPath) ? parentPath.reduce<unknown>(childValue, value) : undefined;
    if (Array.isArray(around)) kept.set(name, removeItems(around, keys));
    else if (typeof around === 'object' && around !== null) {
      for (const key of keys) Reflect.deleteProperty(around, key);
    }
  }
  return { value, kept };
}

/** The path in the file of a path in the copy that `leaveOut` made. */
export function restorePath(path: ProblemPath, kept: KeptItems): ProblemPath {
  if (kept.size === 0) return path;
  return path.map((step, depth) => {
    if (typeof step !== 'number') return step;
    return kept.get(JSON.stringify(path.slice(0, depth)))?.[step] ?? step;
  });
}

/** Items that stand for themselves: nodes, edges, fallbacks, plugins. */
function isUnit(schema: Schema | undefined): boolean {
  return schema instanceof z.ZodObject || schema instanceof z.ZodDiscriminatedUnion;
}

/** Deeper parents first, so that no cut moves what another one names. */
function groupByParent(cuts: readonly ProblemPath[]): (readonly [string, ReadonlySet<string | number>])[] {
  const groups = new Map<string, Set<string | number>>();
  for (const cut of cuts.toSorted((one, other) => other.length - one.length)) {
    const last = cut.at(-1);
    if (last === undefined) continue;
    const name = JSON.stringify(cut.slice(0, -1));
    const group = groups.get(name) ?? new Set();
    groups.set(name, group.add(last));
  }
  return [...groups];
}

/** Takes items out of a list in place; returns the former indexes of those that stay. */
function removeItems(list: unknown[], removed: ReadonlySet<string | number>): number[] {
  const kept = [...list.keys()].filter((index) => !removed.has(index));
  for (const [index, former] of kept.entries()) list[index] = list[former];
  list.length = kept.length;
  return kept;
}
