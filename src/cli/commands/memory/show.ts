import type { MemoryItem } from '../../../engine/index.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { countText, timeText } from '../../text/format-values.ts';
import { withMemory, type MemoryPlace } from '../../open-memory.ts';
import { outputText, writeJson } from '../../text/output-text.ts';
import { safeLine, safeText } from '../../text/safe-text.ts';
import { itemJson } from './item-text.ts';

export interface ShowOptions extends MemoryPlace {
  readonly json?: boolean;
}

/** Shows an item with all that is known of it. */
export async function showItem(context: CliContext, id: string, options: ShowOptions): Promise<number> {
  const item = await withMemory(context, options, (memory) => memory.get(id));
  if (options.json === true) writeJson(context.stdout, itemJson(item));
  else writeItem(context, item);
  return exitCodes.success;
}

function writeItem({ stdout }: CliContext, item: MemoryItem): void {
  const { bold, dim } = stdout.colors;
  const { id, kind, source, timestamp, tags, importance, token_cost: tokens, metadata, embedding, content } = item;
  const facts = {
    source,
    when: timeText(timestamp),
    ...(tags.length > 0 && { tags: tags.join(', ') }),
    importance: String(importance),
    size: countText(tokens, 'token'),
    ...(embedding !== undefined && { vector: `made by ${embedding.model}` }),
  };
  stdout.write(`${bold(safeLine(id))}  ${safeLine(kind)}\n`);
  for (const [name, fact] of Object.entries(facts)) stdout.write(`  ${dim(`${name}:`)} ${safeLine(fact)}\n`);
  if (Object.keys(metadata).length > 0) {
    const lines = outputText(metadata).trimEnd().split('\n');
    for (const line of lines) stdout.write(`  ${dim(safeText(line))}\n`);
  }
  stdout.write(`\n${safeText(content)}\n`);
}
