import type { JsonNode, ListNode, Reading } from '../repair/node.ts';
import { readDocument } from '../repair/read-document.ts';
import { coerceText, declaredSpelling } from './coerce.ts';
import { fitObject } from './fit-object.ts';
import { fitUnion } from './fit-union.ts';
import { attempt, fit, isValid, mend, plain, type Aim, type Tier } from './tier.ts';

const deepestText = 5;

/** Fits by what the node is and what the schema asks for. */
export function fitView(tier: Tier, node: JsonNode, aim: Aim): unknown {
  const { view } = aim;
  if (view.branches.length > 0) return fitUnion(tier, node, aim);
  const { kinds } = view;
  switch (node.kind) {
    case 'object':
      return kinds === undefined || kinds.has('object') ? fitObject(tier, node, aim) : asList(tier, node, aim);
    case 'list':
      return kinds === undefined || kinds.has('array') ? fitItems(tier, node, aim) : onlyItem(tier, node, aim);
    case 'literal':
      return asList(tier, node, aim);
    case 'number':
      return fitNumber(tier, node, aim);
    case 'word':
      return fitWord(tier, node.text, aim);
    case 'string':
      return fitText(tier, node.text, aim);
  }
}

function fitItems(tier: Tier, node: ListNode, { view, place }: Aim): unknown[] {
  return node.items.map((item, index) => {
    const part = view.prefix[index] ?? view.items;
    const inner = { above: place, key: index };
    return part === undefined ? plain(tier, item, inner) : fit(tier, item, { parts: [part], place: inner });
  });
}

/** A list of one where one value is asked for. Of a longer one, choosing would drop the rest. */
function onlyItem(tier: Tier, node: ListNode, aim: Aim): unknown {
  const [item] = node.items;
  const result =
    item === undefined || node.items.length !== 1
      ? undefined
      : attempt(tier, () => {
          mend(tier, aim.place, { kind: 'list_to_value' });
          const value = fitView(tier, item, aim);
          return isValid(tier, aim, value) ? { value } : undefined;
        });
  return result === undefined ? plain(tier, node, aim.place) : result.value;
}

/** One value where a list is asked for. */
function asList(tier: Tier, node: JsonNode, aim: Aim): unknown {
  const { kinds, items, prefix } = aim.view;
  const isNothing = node.kind === 'literal' ? node.value === null : node.kind === 'string' && node.text.trim() === '';
  if (kinds?.has('array') !== true || isNothing || kinds.has(kindOfNode(node))) return plain(tier, node, aim.place);
  const part = prefix[0] ?? items;
  const result =
    part === undefined
      ? undefined
      : attempt(tier, () => {
          mend(tier, aim.place, { kind: 'value_to_list' });
          const value = fit(tier, node, { parts: [part], place: { above: aim.place, key: 0 } });
          return tier.accepts(part.pointer, value) ? { value } : undefined;
        });
  return result === undefined ? plain(tier, node, aim.place) : [result.value];
}

function kindOfNode(node: JsonNode): string {
  if (node.kind === 'literal') return node.value === null ? 'null' : 'boolean';
  return node.kind;
}

function fitNumber(tier: Tier, node: Extract<JsonNode, { kind: 'number' }>, aim: Aim): unknown {
  const { kinds, values } = aim.view;
  if (kinds === undefined || kinds.has('number') || kinds.has('integer')) return plain(tier, node, aim.place);
  const isText = kinds.has('string') && node.isParsed !== true && (values === undefined || values.includes(node.text));
  if (!isText) return asList(tier, node, aim);
  mend(tier, aim.place, { kind: 'number_to_string', before: node.text, after: node.text });
  return node.text;
}

/** A word without quotes is a string where only a string can be meant. */
function fitWord(tier: Tier, text: string, aim: Aim): unknown {
  const { kinds, values } = aim.view;
  const declared = values === undefined ? undefined : declaredSpelling(text, values);
  const isText =
    kinds?.size === 1 &&
    kinds.has('string') &&
    values === undefined &&
    !/^(?:undefined|[+-]?(?:NaN|Infinity))$/iu.test(text);
  // a whole text without quotes is prose, not a string
  const isProse = aim.place === undefined && declared === undefined && /\s/u.test(text);
  if (isProse || (declared === undefined && !isText)) return asList(tier, { kind: 'word', text }, aim);
  const value = declared ?? text;
  mend(tier, aim.place, { kind: 'bare_word', before: text, after: value });
  return value;
}

function fitText(tier: Tier, text: string, aim: Aim): unknown {
  const { kinds, values } = aim.view;
  if (values !== undefined) {
    const declared = values.includes(text) ? text : declaredSpelling(text, values);
    if (declared !== undefined && declared !== text)
      mend(tier, aim.place, { kind: 'spelling', before: text, after: declared });
    if (declared !== undefined) return declared;
  }
  if (kinds === undefined || kinds.has('string')) return text;
  const coerced = coerceText(text, kinds);
  if (coerced !== undefined) {
    mend(tier, aim.place, { kind: `string_to_${typeof coerced.value}`, before: text, after: coerced.value });
    return coerced.value;
  }
  return fitJsonText(tier, text, aim) ?? asList(tier, { kind: 'string', text }, aim);
}

const nothing = { root: undefined, fixes: [] };

function readWhole(text: string): Pick<Reading, 'root' | 'fixes'> {
  const { root, end, fault, fixes } = readDocument(text, 0);
  return fault === undefined && text.slice(end).trim() === '' ? { root, fixes } : nothing;
}

/** A string that holds the object or list that is asked for. */
function fitJsonText(tier: Tier, text: string, aim: Aim): unknown {
  const { kinds } = aim.view;
  if (kinds?.has('object') !== true && kinds?.has('array') !== true) return undefined;
  const { root, fixes } = tier.textDepth < deepestText && /^\s*["[{]/u.test(text) ? readWhole(text) : nothing;
  if (root === undefined) return undefined;
  const result = attempt(tier, () => {
    mend(tier, aim.place, { kind: 'string_to_json' });
    for (const { kind, lossless } of fixes) mend(tier, aim.place, { kind, lossless });
    tier.textDepth += 1;
    const value = fitView(tier, root, aim);
    tier.textDepth -= 1;
    return typeof value === 'object' && value !== null ? { value } : undefined;
  });
  return result?.value;
}
