/** A value and where it stands, from its key to what is behind its last sign. */
export interface JsonNode {
  readonly start: number;
  readonly end: number;
  /** Its key, or its index in brackets. */
  readonly key?: string;
  readonly children: readonly JsonNode[];
}

/** An object or an array that has begun. */
interface Open {
  readonly start: number;
  readonly isArray: boolean;
  readonly children: JsonNode[];
  /** The entry at hand; none between two of them. */
  entry: { readonly start: number; readonly key: string; parts: readonly JsonNode[] } | undefined;
}

interface Walk {
  readonly text: string;
  readonly stack: Open[];
  /** How many objects and arrays are open that are too deep to be told apart. */
  hidden: number;
  root: JsonNode | undefined;
}

/** Deeper values are not told apart. */
const mostDepth = 8;
const between = /[\s:]/u;

/** Where the values of a JSON text stand; undefined for a text that is none. Takes one pass, however it is nested. */
export function readJsonTree(text: string): JsonNode | undefined {
  if (!isJson(text)) return undefined;
  const walk: Walk = { text, stack: [], hidden: 0, root: undefined };
  for (let at = 0; at < text.length; at += 1) {
    if (!between.test(text.charAt(at))) at = take(walk, at);
  }
  return walk.root;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Takes a sign, or a string as a whole; answers the place of the last one it took. */
function take(walk: Walk, at: number): number {
  switch (walk.text.charAt(at)) {
    case ']':
    case '}':
      close(walk, at);
      return at;
    case ',':
      if (walk.hidden === 0) endEntry(walk.stack.at(-1), at);
      return at;
    case '[':
    case '{':
      beginEntry(walk, at, at);
      open(walk, at);
      return at;
    case '"': {
      const end = endOfString(walk.text, at);
      beginEntry(walk, at, end);
      return end;
    }
    default:
      beginEntry(walk, at, at);
      return at;
  }
}

function open(walk: Walk, start: number): void {
  if (walk.hidden > 0 || walk.stack.length >= mostDepth) walk.hidden += 1;
  else walk.stack.push({ start, isArray: walk.text.charAt(start) === '[', children: [], entry: undefined });
}

function close(walk: Walk, at: number): void {
  if (walk.hidden > 0) {
    walk.hidden -= 1;
    return;
  }
  const top = walk.stack.pop();
  if (top === undefined) return;
  endEntry(top, at);
  const below = walk.stack.at(-1);
  if (below === undefined) walk.root = { start: top.start, end: at + 1, children: top.children };
  else if (below.entry !== undefined) below.entry.parts = top.children;
}

/** What begins an entry is its key, in an array its value. */
function beginEntry({ text, stack, hidden }: Walk, start: number, end: number): void {
  const top = stack.at(-1);
  if (hidden > 0 || top === undefined || top.entry !== undefined) return;
  const key = top.isArray ? `[${top.children.length}]` : text.slice(start + 1, end);
  top.entry = { start, key, parts: [] };
}

function endEntry(top: Open | undefined, at: number): void {
  if (top?.entry === undefined) return;
  const { start, key, parts } = top.entry;
  top.children.push({ start, end: at, key, children: parts });
  top.entry = undefined;
}

/** Index of the quotation mark that ends the string. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (sign === '\\') at += 1;
    else if (sign === '"') return at;
  }
  return text.length - 1;
}
