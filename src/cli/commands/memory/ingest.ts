import type { IngestedDocument } from '../../../engine/index.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { countText } from '../../text/format-values.ts';
import { withMemory, type MemoryPlace } from '../../open-memory.ts';
import { writeJson } from '../../text/output-text.ts';
import { safeLine } from '../../text/safe-text.ts';
import { tableLines, type Cell } from '../../text/table.ts';

export interface IngestCommandOptions extends MemoryPlace {
  readonly tag?: readonly string[];
  readonly again?: boolean;
  readonly maxBytes?: number;
  readonly json?: boolean;
}

/** Takes documents into a store; fails when one that was named itself is none. */
export async function ingestDocuments(
  context: CliContext,
  paths: readonly string[],
  options: IngestCommandOptions,
): Promise<number> {
  const { tag: tags, again = false, maxBytes } = options;
  const documents = await withMemory(context, options, (memory) =>
    memory.ingest(paths, {
      from: context.directory,
      again,
      ...(tags !== undefined && { tags }),
      ...(maxBytes !== undefined && { maxBytes }),
    }),
  );
  if (options.json === true) writeJson(context.stdout, documents);
  else writeDocuments(context, documents);
  const isRefused = documents.some(({ status, named }) => status === 'skipped' && named);
  return isRefused ? exitCodes.failure : exitCodes.success;
}

const statuses = ['added', 'changed', 'unchanged', 'removed', 'skipped'] as const;

function writeDocuments({ stdout, stderr }: CliContext, documents: readonly IngestedDocument[]): void {
  const { green, yellow, dim } = stdout.colors;
  const paints = { added: green, changed: green, unchanged: dim, removed: yellow, skipped: yellow };
  const rows = documents
    .filter(({ status }) => status !== 'unchanged')
    .map(({ status, path, chunks, problem }): readonly Cell[] => [
      [status, paints[status]],
      [safeLine(path)],
      [problem ?? countText(chunks, 'chunk'), dim],
    ]);
  for (const line of rows.length === 0 ? [] : tableLines(rows, stdout)) stdout.write(`${line}\n`);
  const counts = statuses.flatMap((status) => {
    const count = documents.filter((document) => document.status === status).length;
    return count === 0 ? [] : [`${count.toLocaleString('en')} ${status}`];
  });
  stderr.write(`${counts.length === 0 ? 'There are no documents.' : `${counts.join(', ')}.`}\n`);
}
