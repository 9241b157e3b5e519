import type { ItemChanges, MemoryItem } from '../../../engine/index.ts';
import type { CliContext } from '../../context.ts';
import type { MemoryPlace } from '../../open-memory.ts';
import { writeJson } from '../../text/output-text.ts';
import { itemJson } from './item-text.ts';

/** What the options of a command say of an item. */
export interface FieldOptions extends MemoryPlace {
  readonly kind?: string;
  readonly tag?: readonly string[];
  readonly importance?: number;
  readonly source?: string;
  readonly json?: boolean;
}

export function fieldsOf({ kind, tag, importance, source }: FieldOptions): ItemChanges {
  return {
    ...(kind !== undefined && { kind }),
    ...(tag !== undefined && { tags: tag }),
    ...(importance !== undefined && { importance }),
    ...(source !== undefined && { source }),
  };
}

/** The item, or its id in a sentence. */
export function tellItem(
  { stdout, stderr }: CliContext,
  item: MemoryItem,
  told: { json: boolean; what: string },
): void {
  if (told.json) writeJson(stdout, itemJson(item));
  else {
    stdout.write(`${item.id}\n`);
    stderr.write(stderr.colors.dim(`${told.what}\n`));
  }
}
