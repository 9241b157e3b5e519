import path from 'node:path';
import { createNameFinder, EngineError, fileKinds, manifestSchema, type FileKind } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { directoryWord } from '../text/shell-words.ts';
import { writeSchemaFiles } from '../write-schema-files.ts';

export interface SchemaOptions {
  readonly out?: string;
}

/** Prints the JSON Schema of one kind of manifest, or of all by kind; with --out it writes them and prints the files. */
export async function schema(context: CliContext, word: string | undefined, options: SchemaOptions): Promise<number> {
  const kinds = word === undefined ? fileKinds : [kindOf(word)];
  if (options.out !== undefined) await writeFiles(context, options.out, kinds);
  else if (word === undefined) context.stdout.write(jsonText(Object.fromEntries(kinds.map(namedSchema))));
  else context.stdout.write(kinds.map((kind) => jsonText(manifestSchema(kind))).join(''));
  return exitCodes.success;
}

async function writeFiles(context: CliContext, out: string, kinds: readonly FileKind[]): Promise<void> {
  if (out === '') throw new EngineError('HOST_USAGE', '--out has no value.', { hint: 'Give it a directory.' });
  const texts = kinds.map((kind) => [`${kind}.schema.json`, jsonText(manifestSchema(kind))] as const);
  const files = await writeSchemaFiles(path.resolve(context.directory, out), new Map(texts));
  for (const file of files) context.stdout.write(`${directoryWord(file, context.directory)}\n`);
}

function namedSchema(kind: FileKind): [string, object] {
  return [kind, manifestSchema(kind)];
}

function kindOf(word: string): FileKind {
  const kind = fileKinds.find((name) => name === word);
  if (kind !== undefined) return kind;
  const hint = createNameFinder(fileKinds).hint(word);
  throw new EngineError('HOST_USAGE', `There is no kind of manifest called "${word}".`, {
    ...(hint !== undefined && { hint }),
  });
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
