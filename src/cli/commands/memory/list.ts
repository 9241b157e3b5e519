import type { ListOptions, MemoryItem } from '../../../engine/index.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { timeText } from '../../text/format-values.ts';
import { withMemory, type MemoryPlace } from '../../open-memory.ts';
import { writeJson } from '../../text/output-text.ts';
import { fitWidth, safeLine } from '../../text/safe-text.ts';
import { tableLines, type Cell } from '../../text/table.ts';
import { itemJson } from './item-text.ts';

export interface ListCommandOptions extends MemoryPlace, Pick<ListOptions, 'search' | 'policy' | 'source' | 'limit'> {
  readonly kind?: readonly string[];
  readonly tag?: readonly string[];
  readonly json?: boolean;
}

const defaultLimit = 50;
const longestContent = 80;
const longestName = 40;

/** Lists what a store remembers. */
export async function listMemory(context: CliContext, options: ListCommandOptions): Promise<number> {
  const { kind: kinds, tag: tags, search, policy, source, limit = defaultLimit } = options;
  const items = await withMemory(context, options, (memory) =>
    memory.list({
      limit,
      ...(kinds !== undefined && { kinds }),
      ...(tags !== undefined && { tags }),
      ...(source !== undefined && { source }),
      ...(search !== undefined && { search }),
      ...(policy !== undefined && { policy }),
    }),
  );
  const { stdout, stderr } = context;
  if (options.json === true) writeJson(stdout, items.map(itemJson));
  else if (items.length === 0) stderr.write('Nothing of the kind is remembered.\n');
  else {
    const head = ['ID', 'KIND', 'WHEN', 'SOURCE', 'TAGS', 'CONTENT'].map((name): Cell => [name, stdout.colors.bold]);
    const rows = [head, ...items.map((item) => rowOf(item, context))];
    stdout.write(`${tableLines(rows, stdout).join('\n')}\n`);
  }
  return exitCodes.success;
}

function rowOf({ id, kind, timestamp, source, tags, content }: MemoryItem, { stdout }: CliContext): Cell[] {
  const { colors } = stdout;
  return [
    [safeLine(id), colors.cyan],
    [safeLine(kind)],
    [timeText(timestamp), colors.dim],
    [fitWidth(safeLine(source), longestName)],
    [fitWidth(safeLine(tags.join(', ')), longestName), colors.dim],
    [fitWidth(safeLine(content.slice(0, 1_000)), longestContent)],
  ];
}
