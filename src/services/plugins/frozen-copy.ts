import type { DeepReadonly } from './hook-context.ts';

/** A copy of plain data that nobody can change, so that whoever is given it cannot reach what the engine goes on with. */
export function frozenCopy<Value>(value: Value): DeepReadonly<Value>;
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => frozenCopy<unknown>(item)));
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([key, part]) => [key, frozenCopy<unknown>(part)])),
  );
}
