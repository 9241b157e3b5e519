import { MemoryItem } from './port.ts';

/** The item that a parsed entry of a file is; undefined for one that is damaged. */
export function checkedItem(value: unknown): MemoryItem | undefined {
  if (isPlainItem(value)) return value;
  try {
    const result = MemoryItem.safeParse(value);
    return result.success ? result.data : undefined;
  } catch {
    // A value that is nested deeper than the stack.
    return undefined;
  }
}

const plainFields = 9;

/** What the schema says, by hand: a hundred thousand items are checked in a moment. Whatever it refuses is left to the schema. */
function isPlainItem(value: unknown): value is MemoryItem {
  return (
    isRecord(value) &&
    isName(value['id']) &&
    isName(value['kind']) &&
    typeof value['source'] === 'string' &&
    Number.isFinite(value['timestamp']) &&
    isTags(value['tags']) &&
    isShare(value['importance']) &&
    isCount(value['token_cost']) &&
    typeof value['content'] === 'string' &&
    isRecord(value['metadata']) &&
    Object.keys(value).length === (isEmbedding(value['embedding']) ? plainFields + 1 : plainFields)
  );
}

function isEmbedding(value: unknown): boolean {
  return (
    isRecord(value) &&
    isName(value['model']) &&
    typeof value['vector'] === 'string' &&
    /^[A-Za-z\d+/]*={0,2}$/u.test(value['vector']) &&
    value['vector'].length % 4 === 0 &&
    Object.keys(value).length === 2
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isTags(value: unknown): boolean {
  return Array.isArray(value) && value.every((tag) => typeof tag === 'string');
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
