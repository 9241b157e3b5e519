import type { JsonNode } from '../repair/node.ts';

const payloads = ['arguments', 'parameters', 'input', 'tool_input', 'args', 'action_input', 'function'];
const companions = new Set([
  'name',
  'id',
  'type',
  'tool',
  'tool_name',
  'function',
  'action',
  'thought',
  'index',
  'call_id',
  'tool_call_id',
  'recipient_name',
  'kind',
]);

const unsafe = new Set(['__proto__', 'constructor', 'prototype']);

/** What a wrapper wraps: the one field of an object, or what a tool is called with. A declared key is no wrapper. */
export function unwrapped(node: JsonNode, declared: ReadonlySet<string>): JsonNode | undefined {
  if (node.kind === 'list') return node.items.length === 1 ? node.items[0] : undefined;
  if (node.kind !== 'object') return undefined;
  const { members } = node;
  const [only] = members.keys();
  if (members.size === 1 && only !== undefined)
    return declared.has(only) || unsafe.has(only) ? undefined : members.get(only);
  const found = payloads.filter((key) => isPayload(members.get(key)));
  const [payload] = found;
  if (found.length !== 1 || payload === undefined || declared.has(payload)) return undefined;
  return [...members.keys()].every((key) => key === payload || companions.has(key)) ? members.get(payload) : undefined;
}

/** The name of the function stands under "function", too. */
function isPayload(node: JsonNode | undefined): boolean {
  return node?.kind === 'object' || node?.kind === 'list' || (node?.kind === 'string' && /^\s*[[{"]/u.test(node.text));
}
