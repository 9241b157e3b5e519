import { EngineError } from '../../../engine/index.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { withMemory } from '../../open-memory.ts';
import { readAll } from '../../input/read-stream.ts';
import { fieldsOf, tellItem, type FieldOptions } from './fields.ts';

export type AddOptions = FieldOptions;

const maxBytes = 4_000_000;

/** Remembers what a person says. */
export async function addItem(context: CliContext, text: string | undefined, options: AddOptions): Promise<number> {
  const content = text === undefined || text === '-' ? await pipedText(context) : text;
  const item = await withMemory(context, options, (memory) => memory.add({ ...fieldsOf(options), content }));
  tellItem(context, item, { json: options.json === true, what: 'Remembered.' });
  return exitCodes.success;
}

async function pipedText({ stdin }: CliContext): Promise<string> {
  const usage = 'Say what is to be remembered, or pipe it in.';
  if (stdin.isTTY === true)
    throw new EngineError('HOST_USAGE', 'Nothing was said that could be remembered.', { hint: usage });
  const piped = await readAll(stdin, { maxBytes });
  if (piped === 'too_large')
    throw new EngineError('HOST_USAGE', `More than ${maxBytes} bytes were piped in.`, {
      hint: 'Write them to a file, and take that in with: agent-engine memory ingest <path>',
    });
  const text = piped?.toString('utf8').trim() ?? '';
  if (text === '') throw new EngineError('HOST_USAGE', 'Nothing was piped in.', { hint: usage });
  return text;
}
