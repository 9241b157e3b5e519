import { titleOf, type Block } from './block.ts';
import { readJsonTree, type JsonNode } from './json-tree.ts';
import { isBlank, linesOf, splitText } from './text.ts';

/** Values by key and by index: one that is too long for a chunk is taken apart, and its parts have its key above them. */
export function splitJson(text: string, mostCharacters: number): Block[] {
  const root = readJsonTree(text);
  if (root === undefined) return splitText(text);
  const blocks: Block[] = [];
  const rest: { node: JsonNode; headings: readonly string[] }[] = [{ node: root, headings: [] }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { node, headings } = next;
    const { start, end, key, children } = node;
    if (children.length === 0 || end - start <= mostCharacters) {
      blocks.push({ start, end, headings, ...(key !== undefined && { title: titleOf(key) }) });
      continue;
    }
    const below = key === undefined ? headings : [...headings, titleOf(key)];
    // The last one first: they are taken from the end.
    for (const child of children.toReversed()) rest.push({ node: child, headings: below });
  }
  return blocks;
}

/** One value a line. */
export function splitJsonLines(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of linesOf(text)) if (!isBlank(text, line)) blocks.push({ ...line, headings: [] });
  return blocks;
}
