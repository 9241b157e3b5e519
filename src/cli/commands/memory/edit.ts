import type { CliContext } from '../../context.ts';
import { editText } from '../../text/edit-text.ts';
import { exitCodes } from '../../exit-codes.ts';
import { withMemory } from '../../open-memory.ts';
import { fieldsOf, tellItem, type FieldOptions } from './fields.ts';

export interface EditOptions extends FieldOptions {
  readonly content?: string;
}

/** Changes an item by options, or its text in an editor. */
export async function editItem(context: CliContext, id: string, options: EditOptions): Promise<number> {
  const { content } = options;
  const changes = { ...fieldsOf(options), ...(content !== undefined && { content }) };
  const isByHand = Object.keys(changes).length === 0;
  return withMemory(context, options, async (memory) => {
    const before = await memory.get(id);
    const given = isByHand ? { content: await editText(context, before.content) } : changes;
    if (isByHand && given.content === before.content) {
      context.stderr.write('Nothing was changed.\n');
      return exitCodes.success;
    }
    const item = await memory.edit(id, given);
    tellItem(context, item, { json: options.json === true, what: 'Changed.' });
    return exitCodes.success;
  });
}
