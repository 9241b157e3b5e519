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
  let before = '';
  let values = 0;
  for (const { 0: word, index } of text.matchAll(lexeme)) {
    const parent = open.at(-1);
    if (parent === undefined || open.length > deepest || values > mostValues) return undefined;
    if (word === ':') {
      key = before; // what looked like a value was a key
      parent.children.pop();
    } else if (word === '}' || word === ']') {
      parent.end = index + 1;
      open.pop();
    } else if (word !== ',') {
      const node = { ...nodeOf(kindOf(word), index, key), end: index + word.length };
      key = undefined;
      values += 1;
      parent.children.push(node);
      if (isContainer(node)) open.push(node);
    }
    before = word;
  }
  return root.children[0];
}

function isContainer({ kind }: JsonNode): boolean {
  return kind === 'object' || kind === 'array';
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
