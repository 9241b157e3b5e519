import { isMap, isNode, isScalar, visit, type Document, type YAMLError } from 'yaml';
import type { z } from 'zod';

/** Offsets of a part of a script, the second one after its end. */
export type ScriptRange = readonly [start: number, end: number];

/** The places of an issue: each key that is unknown, or the value that is wrong, or what it is missing in. */
export function rangesOfIssue(issue: z.core.$ZodIssue, document: Document): readonly ScriptRange[] {
  const around = rangeOfPath(issue.path, document);
  if (issue.code !== 'unrecognized_keys') return [around];
  const map: unknown = issue.path.length === 0 ? document.contents : document.getIn(issue.path, true);
  return issue.keys.map((key) => rangeOfKey(map, key) ?? around);
}

/** The place of an error of the text itself. A quote that is never closed is noticed at the end only. */
export function rangeOfError({ code, pos }: YAMLError, document: Document): ScriptRange {
  let last: ScriptRange | undefined;
  if (code === 'MISSING_CHAR')
    visit(document, {
      Scalar(_key, node) {
        if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') last = rangeOf(node);
      },
    });
  return last !== undefined && last[1] >= pos[0] ? [last[0], last[0] + 1] : pos;
}

function rangeOfPath(path: readonly PropertyKey[], document: Document): ScriptRange {
  for (let length = path.length; length > 0; length -= 1) {
    const range = rangeOf(document.getIn(path.slice(0, length), true));
    if (range !== undefined) return range;
  }
  return rangeOf(document.contents) ?? [0, 0];
}

function rangeOfKey(map: unknown, key: string): ScriptRange | undefined {
  if (!isMap(map)) return undefined;
  return rangeOf(map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)?.key);
}

function rangeOf(node: unknown): ScriptRange | undefined {
  if (!isNode(node) || !Array.isArray(node.range)) return undefined;
  const [start, end] = node.range;
  return [start, end];
}
