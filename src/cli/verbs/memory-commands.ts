import { InvalidArgumentError, Option, type Command } from 'commander';
import type { AddOptions } from '../commands/memory/add.ts';
import type { EditOptions } from '../commands/memory/edit.ts';
import type { ForgetOptions } from '../commands/memory/forget.ts';
import type { IngestCommandOptions } from '../commands/memory/ingest.ts';
import type { ListCommandOptions } from '../commands/memory/list.ts';
import type { ShowOptions } from '../commands/memory/show.ts';
import type { CliContext } from '../context.ts';
import { collect, type Finish } from '../input/shared-options.ts';

const policies = ['recency', 'importance', 'keyword', 'semantic', 'hybrid'];

/** Commands on what a project, or all projects, remember. */
export function addMemoryCommands(program: Command, context: CliContext, finish: Finish): void {
  const memory = program
    .command('memory')
    .description('what is remembered of a project, or of all: look at it, change it, take documents in');
  addReading(memory, context, finish);
  addWriting(memory, context, finish);
  withStore(memory.command('ingest').description('take documents in: Markdown, text, code and JSON'))
    .argument('<paths...>', 'files, directories and globs')
    .addOption(tagOption('word to find the documents by; may come more than once'))
    .addOption(new Option('--again', 'take in also what did not change'))
    .addOption(new Option('--max-bytes <bytes>', 'leave out larger files (default: 5000000)').argParser(wholeNumber))
    .addOption(new Option('--json', 'print what became of each document as JSON'))
    .action(async (paths: readonly string[], options: IngestCommandOptions) => {
      const { ingestDocuments } = await import('../commands/memory/ingest.ts');
      await finish(ingestDocuments(context, paths, options));
    });
}

function addReading(memory: Command, context: CliContext, finish: Finish): void {
  withStore(memory.command('list').description('list what is remembered, the newest first, or what is found'))
    .addOption(new Option('--kind <kind>', 'only items of this kind; may come more than once').argParser(collect))
    .addOption(tagOption('only items with this tag; may come more than once'))
    .addOption(new Option('--source <source>', 'only items from there, such as a path'))
    .addOption(new Option('--search <text>', 'what is looked for, best first'))
    .addOption(new Option('--policy <policy>', 'how it is looked for (default: hybrid)').choices(policies))
    .addOption(new Option('--limit <number>', 'most items to list (default: 50)').argParser(wholeNumber))
    .addOption(new Option('--json', 'print them as JSON'))
    .action(async (options: ListCommandOptions) => {
      const { listMemory } = await import('../commands/memory/list.ts');
      await finish(listMemory(context, options));
    });
  withStore(memory.command('show').description('show an item'))
    .argument('<id>', 'id of the item')
    .addOption(new Option('--json', 'print it as JSON'))
    .action(async (id: string, options: ShowOptions) => {
      const { showItem } = await import('../commands/memory/show.ts');
      await finish(showItem(context, id, options));
    });
}

function addWriting(memory: Command, context: CliContext, finish: Finish): void {
  withFields(withStore(memory.command('add').description('remember something')))
    .argument('[text]', 'what is to be remembered; "-" or nothing: what is piped in')
    .addOption(new Option('--json', 'print the item as JSON'))
    .action(async (text: string | undefined, options: AddOptions) => {
      const { addItem } = await import('../commands/memory/add.ts');
      await finish(addItem(context, text, options));
    });
  withFields(withStore(memory.command('edit').description('change an item; without options its text in $EDITOR')))
    .argument('<id>', 'id of the item')
    .addOption(new Option('--content <text>', 'its new text'))
    .addOption(new Option('--json', 'print the item as JSON'))
    .action(async (id: string, options: EditOptions) => {
      const { editItem } = await import('../commands/memory/edit.ts');
      await finish(editItem(context, id, options));
    });
  withStore(memory.command('forget').description('forget items, and with a document its chunks'))
    .argument('[ids...]', 'ids of items')
    .addOption(new Option('--source <source>', 'all items from there, such as a path'))
    .addOption(tagOption('all items with this tag; with several, those that have all'))
    .addOption(new Option('-y, --yes', 'do not ask'))
    .addOption(new Option('--json', 'print the ids of what is gone as JSON'))
    .action(async (ids: readonly string[], options: ForgetOptions) => {
      const { forgetItems } = await import('../commands/memory/forget.ts');
      await finish(forgetItems(context, ids, options));
    });
}

function withStore(command: Command): Command {
  return command
    .addOption(new Option('--store <store>', 'that of the project, or that of all').choices(['project', 'global']))
    .addOption(new Option('--project <dir>', 'project whose memory.yaml counts (default: the current directory)'));
}

function withFields(command: Command): Command {
  return command
    .addOption(new Option('--kind <kind>', 'what it is, such as "decision" (default: "note", globally "preference")'))
    .addOption(tagOption('word to find it by; may come more than once'))
    .addOption(new Option('--importance <number>', 'from 0 to 1 (default: 0.5)').argParser(Number))
    .addOption(new Option('--source <source>', 'where it comes from (default: "person")'));
}

function tagOption(description: string): Option {
  return new Option('--tag <tag>', description).argParser(collect);
}

function wholeNumber(value: string): number {
  if (/^[1-9]\d{0,11}$/u.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be a whole number above 0.');
}
