export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export type JsonCopy =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly problem: 'not_json' | 'too_large'; readonly reason: string };

const maxDepth = 256;

interface Walk {
  readonly ancestors: Set<object>;
  bytesLeft: number;
}

/**
 * A copy of a value as plain JSON, or why it is none. Nothing is dropped or turned into something else on the way, as
 * JSON.stringify does with undefined, NaN and dates, and no more than `maxBytes` of JSON are built.
 */
export function copyAsJson(value: unknown, maxBytes: number): JsonCopy {
  try {
    return copyValue(value, '$', { ancestors: new Set(), bytesLeft: maxBytes });
  } catch {
    return refuse('$', 'could not be read: a getter or proxy in it threw');
  }
}

function refuse(path: string, reason: string): JsonCopy {
  return { ok: false, problem: 'not_json', reason: `${path} ${reason}` };
}

function copyValue(value: unknown, path: string, walk: Walk): JsonCopy {
  switch (typeof value) {
    case 'string':
      return spend(value, Buffer.byteLength(value) + 2, walk);
    case 'boolean':
      return spend(value, 4, walk);
    case 'number':
      // Adding 0 turns -0 into 0, which is what it would be once stored.
      return Number.isFinite(value)
        ? spend(value + 0, String(value).length, walk)
        : refuse(path, `is ${value}, which JSON has no word for`);
    case 'object':
      return value === null ? spend(null, 4, walk) : copyObject(value, path, walk);
    case 'undefined':
      return refuse(path, 'is undefined');
    case 'bigint':
      return refuse(path, 'is a BigInt');
    case 'function':
      return refuse(path, 'is a function');
    case 'symbol':
      return refuse(path, 'is a symbol');
  }
}

function spend(value: JsonValue, bytes: number, walk: Walk): JsonCopy {
  walk.bytesLeft -= bytes;
  return walk.bytesLeft < 0 ? { ok: false, problem: 'too_large', reason: 'it is too large' } : { ok: true, value };
}

function copyObject(value: object, path: string, walk: Walk): JsonCopy {
  if (walk.ancestors.has(value)) return refuse(path, 'contains itself');
  if (walk.ancestors.size >= maxDepth) return refuse(path, `is nested deeper than ${maxDepth} levels`);
  walk.ancestors.add(value);
  const copy = Array.isArray(value) ? copyArray(value, path, walk) : copyRecord(value, path, walk);
  walk.ancestors.delete(value);
  return copy;
}

function copyArray(values: readonly unknown[], path: string, walk: Walk): JsonCopy {
  const copies: JsonValue[] = [];
  for (const [index, value] of values.entries()) {
    const copy = copyValue(value, `${path}[${index}]`, walk);
    if (!copy.ok) return copy;
    copies.push(copy.value);
  }
  return spend(copies, copies.length + 1, walk);
}

function copyRecord(value: object, path: string, walk: Walk): JsonCopy {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Compared by depth and not with Object.prototype, which differs between realms.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    return refuse(path, 'is an instance of a class and no plain object');
  }
  const copies: [string, JsonValue][] = [];
  for (const [key, member] of Object.entries(value)) {
    const copy = copyValue(member, `${path}.${key.slice(0, 64)}`, walk);
    if (!copy.ok) return copy;
    const room = spend(null, Buffer.byteLength(key) + 4, walk);
    if (!room.ok) return room;
    copies.push([key, copy.value]);
  }
  return spend(Object.fromEntries(copies), 2, walk);
}
