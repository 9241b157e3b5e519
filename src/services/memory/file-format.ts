import { checkedItem } from './check-item.ts';
import { notAMemory, tooNew } from './memory-errors.ts';
import type { MemoryItem } from './port.ts';

export interface MemoryDocument {
  readonly items: readonly MemoryItem[];
  /** What was wrong with the text; `items` holds what could be saved. */
  readonly damage?: string;
}

const version = 1;

/** How every SQLite file begins. */
export const sqliteHeader = 'SQLite format 3\u0000';

/** One item a line, so that a file that was torn or edited by hand loses single items and not all. */
export function formatDocument({ items }: MemoryDocument): string {
  const lines = items.map((item) => JSON.stringify(item));
  return `{"v":${version},"items":[\n${lines.join(',\n')}\n]}\n`;
}

/** Throws for a file that is well-formed but not a memory file, or a newer one: it must not be written over. */
export function parseDocument(content: string, file: string): MemoryDocument {
  // Some editors put a byte order mark before the text; trim takes it away.
  const text = content.trim();
  if (text === '') return { items: [] };
  if (text.startsWith(sqliteHeader)) throw notAMemory(file, 'is an SQLite database, not JSON');
  const written = Number(/^\{\s*"v"\s*:\s*(\d+)/u.exec(text)?.[1] ?? version);
  if (written > version) throw tooNew(file, { written, known: version });
  const value = parseJson(text);
  if (value === undefined)
    return { items: text.split('\n').flatMap(itemsOfLine), damage: 'it is not well-formed JSON' };
  const entries = entriesOf(value);
  if (entries === undefined) throw notAMemory(file, 'holds JSON, but no memory');
  const items = entries.map(checkedItem).filter((item) => item !== undefined);
  const lost = entries.length - items.length;
  return lost === 0 ? { items } : { items, damage: `${lost} of its items ${lost === 1 ? 'is' : 'are'} not valid` };
}

function entriesOf(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null || !('v' in value) || !('items' in value)) return undefined;
  const { v, items } = value;
  return Object.keys(value).length === 2 && Number.isInteger(v) && Array.isArray(items) ? items : undefined;
}

function itemsOfLine(line: string): MemoryItem[] {
  const item = checkedItem(parseJson(line.trim().replace(/,$/u, '')));
  return item === undefined ? [] : [item];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
