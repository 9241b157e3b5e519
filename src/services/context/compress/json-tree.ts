/** A value in a JSON text: where it stands, and what is in it. */
export interface JsonNode {
  readonly kind: 'object' | 'array' | 'string' | 'other';
  readonly start: number;
  end: number;
  /** The key as it is written, in an object. */
  readonly key: string | undefined;
  readonly children: JsonNode[];
}

/** Deeper texts, and those with more values, are taken as prose. */
const deepest = 100;
const mostValues = 200_000;
const lexeme = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gu;

/** The values of a JSON text by their places, so that what is kept is kept as it is written; undefined for any other text. */
export function jsonTree(text: string): JsonNode | undefined {
  if (!/^\s*[[{]/u.test(text) || !isJson(text)) return undefined;
  const root = nodeOf('array', 0, undefined);
  const open = [root];
  let key: string | undefined;
  let values = 0;
  let before: { readonly text: string } = { text: '' };
  for (const match of text.matchAll(lexeme)) {
    const [word] = match;
    const parent = open.at(-1);
    if (parent === undefined || open.length > deepest) return undefined;
    if (word === ':') {
      key = before.text;
      parent.children.pop();
    } else if (word === '}' || word === ']') {
      parent.end = match.index + 1;
      open.pop();
    } else if (word !== ',') {
      values += 1;
      if (values > mostValues) return undefined;
      const node = nodeOf(kindOf(word), match.index, key);
      node.end = match.index + word.length;
      key = undefined;
      parent.children.push(node);
      if (node.kind === 'object' || node.kind === 'array') open.push(node);
    }
    before = { text: word };
  }
  return root.children[0];
}

function nodeOf(kind: JsonNode['kind'], start: number, key: string | undefined): JsonNode {
  return { kind, start, end: start, key, children: [] };
}

function kindOf(word: string): JsonNode['kind'] {
  if (word === '{') return 'object';
  if (word === '[') return 'array';
  return word.startsWith('"') ? 'string' : 'other';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
