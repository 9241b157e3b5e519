import { Option, type Command } from 'commander';
import type { SchemaOptions } from '../commands/schema.ts';
import type { CliContext } from '../context.ts';
import type { Finish } from '../input/shared-options.ts';

export function addSchemaCommand(program: Command, context: CliContext, finish: Finish): void {
  program
    .command('schema')
    .description('print or write the JSON Schemas of manifests, for editors')
    .argument('[kind]', 'one kind of manifest, such as workflow (default: all)')
    .addOption(new Option('-o, --out <dir>', 'write <kind>.schema.json into a directory instead of standard output'))
    .action(async (kind: string | undefined, options: SchemaOptions) => {
      const { schema } = await import('../commands/schema.ts');
      await finish(schema(context, kind, options));
    });
}
