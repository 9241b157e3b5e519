import { EngineError, type ProjectMemory } from '../../../engine/index.ts';
import { canAsk, confirm } from '../../confirm.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { countText } from '../../text/format-values.ts';
import { withMemory, type MemoryPlace } from '../../open-memory.ts';
import { writeJson } from '../../text/output-text.ts';

export interface ForgetOptions extends MemoryPlace {
  readonly source?: string;
  readonly tag?: readonly string[];
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Forgets items by their ids, or all of a source or with tags. */
export async function forgetItems(
  context: CliContext,
  ids: readonly string[],
  options: ForgetOptions,
): Promise<number> {
  const { source, tag: tags } = options;
  const isChosen = source !== undefined || tags !== undefined;
  if (isChosen === ids.length > 0)
    throw new EngineError('HOST_USAGE', 'Say what to forget: either ids of items, or --source and --tag.', {
      hint: 'See what is there with: agent-engine memory list',
    });
  return withMemory(context, options, async (memory) => {
    const chosen = isChosen ? await idsOf(memory, options) : [...new Set(ids)];
    for (const id of isChosen ? [] : chosen) await memory.get(id); // rejects for one that is not there
    if (chosen.length > 0 && !(await isAgreed(context, chosen.length, { isChosen, yes: options.yes === true }))) {
      context.stderr.write('Nothing was forgotten.\n');
      return exitCodes.failure;
    }
    const gone = await memory.forget(chosen);
    if (options.json === true) writeJson(context.stdout, gone);
    else context.stdout.write(`Forgot ${countText(gone.length, 'item')}.\n`);
    return exitCodes.success;
  });
}

async function idsOf(memory: ProjectMemory, { source, tag: tags }: ForgetOptions): Promise<readonly string[]> {
  const items = await memory.list({ ...(source !== undefined && { source }), ...(tags !== undefined && { tags }) });
  return items.map(({ id }) => id);
}

interface Agreement {
  /** By source or tag, and not by id. */
  readonly isChosen: boolean;
  readonly yes: boolean;
}

async function isAgreed(context: CliContext, count: number, { isChosen, yes }: Agreement): Promise<boolean> {
  if (yes) return true;
  if (canAsk(context)) return confirm(context, `Forget ${countText(count, 'item')}?`);
  if (!isChosen) return true;
  throw new EngineError('HOST_USAGE', `This would forget ${countText(count, 'item')}, and there is nobody to ask.`, {
    hint: 'Add --yes to forget them.',
  });
}
