import { addOmitted, marker, nothingOmitted, type Omitted } from '../marker.ts';
import { cutWords } from './cut-words.ts';
import type { Compressed, Compression, Shorten } from './compression.ts';
import { jsonTree, type JsonNode } from './json-tree.ts';
import { termsOf } from './terms.ts';

/** How much of arrays, strings and, where they have very many keys, objects is kept; the first that is short enough counts. */
const rungs = [
  { elements: Infinity, stringTokens: Infinity, fields: Infinity },
  { elements: Infinity, stringTokens: 120, fields: 200 },
  { elements: 32, stringTokens: 120, fields: 200 },
  { elements: 16, stringTokens: 60, fields: 200 },
  { elements: 8, stringTokens: 60, fields: 200 },
  { elements: 4, stringTokens: 40, fields: 200 },
  { elements: 2, stringTokens: 30, fields: 100 },
  { elements: 1, stringTokens: 20, fields: 50 },
  { elements: 1, stringTokens: 20, fields: 12 },
] as const;
type Rung = (typeof rungs)[number];

interface Cutting extends Compression {
  readonly text: string;
  readonly rung: Rung;
  omitted: Omitted;
}

/** Shortens JSON to JSON: keys stay, long arrays lose whole elements and long strings whole words. Undefined for any other text. */
export function compressJson(text: string, compression: Compression): Shorten | undefined {
  const root = jsonTree(text);
  if (root === undefined) return undefined;
  const made = new Map<Rung, Compressed>();
  const at = (rung: Rung): Compressed => {
    const known = made.get(rung);
    if (known !== undefined) return known;
    const cutting: Cutting = { ...compression, text, rung, omitted: nothingOmitted };
    const short = written(root, cutting);
    const compressed = { text: short, tokens: compression.count(short), omitted: cutting.omitted };
    made.set(rung, compressed);
    return compressed;
  };
  return (target) => {
    for (const rung of rungs) if (at(rung).tokens <= target) return at(rung);
    return undefined;
  };
}

function written(node: JsonNode, cutting: Cutting): string {
  const { text } = cutting;
  if (node.kind === 'string') return writtenString(text.slice(node.start, node.end), cutting);
  if (node.kind === 'other') return text.slice(node.start, node.end);
  const isArray = node.kind === 'array';
  const kept = keptOf(node, isArray ? cutting.rung.elements : cutting.rung.fields, cutting);
  const parts: string[] = [];
  let gap: JsonNode[] = [];
  const closeGap = (): void => {
    const [first] = gap;
    if (first === undefined) return;
    const tokens = cutting.count(text.slice(first.start, gap.at(-1)?.end));
    const omitted = { items: gap.length, tokens };
    const note = JSON.stringify(marker(omitted));
    parts.push(isArray ? note : `"…${parts.length}":${note}`);
    cutting.omitted = addOmitted(cutting.omitted, omitted);
    gap = [];
  };
  for (const child of node.children) {
    if (kept.has(child)) {
      closeGap();
      parts.push(`${child.key === undefined ? '' : `${child.key}:`}${written(child, cutting)}`);
    } else gap.push(child);
  }
  closeGap();
  return isArray ? `[${parts.join(',')}]` : `{${parts.join(',')}}`;
}

/** Those that have something in common with what is asked, and else the first ones. */
function keptOf({ children }: JsonNode, most: number, cutting: Cutting): ReadonlySet<JsonNode> {
  if (children.length <= most + 1) return new Set(children); // a marker says more than one element does
  const looked = children.slice(0, Math.max(mostLooks, most));
  const scores = looked.map((child) => sharedTerms(child, cutting));
  const best = [...looked.keys()].toSorted((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0) || left - right);
  return new Set(best.slice(0, most).flatMap((at) => looked[at] ?? []));
}

/** Elements of one array that are compared with what is asked, and characters of each. */
const mostLooks = 1_000;
const longestLook = 500;

function sharedTerms({ start, end }: JsonNode, { text, wanted }: Cutting): number {
  let shared = 0;
  if (wanted.size > 0)
    for (const term of termsOf(text.slice(start, Math.min(end, start + longestLook))))
      shared += wanted.has(term) ? 1 : 0;
  return shared;
}

function writtenString(quoted: string, cutting: Cutting): string {
  const { rung, count } = cutting;
  // No text has more tokens than bytes.
  if (quoted.length * 4 <= rung.stringTokens || count(quoted) <= rung.stringTokens) return quoted;
  const value: unknown = JSON.parse(quoted);
  const short = typeof value === 'string' ? cutWords(value, rung.stringTokens, count) : undefined;
  if (short === undefined) return quoted;
  cutting.omitted = addOmitted(cutting.omitted, short.omitted);
  return JSON.stringify(short.text);
}
