import { InvalidArgumentError, Option, type Command } from 'commander';
import type { DiagramOptions } from '../commands/diagram.ts';
import type { CliContext } from '../context.ts';
import { addDirectory, directoryOf, type DirectoryOptions, type Finish } from '../input/shared-options.ts';

/** The command that draws. */
export function addDiagramCommand(program: Command, context: CliContext, finish: Finish): void {
  const draw = program.command('diagram').description('draw the workflow of a project, or how a task went');
  addDirectory(draw)
    .addOption(
      new Option('-f, --format <format>', 'language of the drawing')
        .choices(['mermaid', 'svg', 'dot', 'xstate'])
        .default('mermaid'),
    )
    .addOption(
      new Option(
        '--view <view>',
        'nodes and edges as they are written, or the states that they are compiled to (default: "statechart" for xstate, else "workflow")',
      ).choices(['workflow', 'statechart']),
    )
    .addOption(new Option('--theme <theme>', 'colors of a picture (default: "light")').choices(['light', 'dark']))
    .addOption(new Option('-p, --pipeline <id>', 'draw one pipeline alone'))
    .addOption(
      new Option('--collapse <ids>', 'nodes whose inside is not drawn, with commas between').argParser(readList),
    )
    .addOption(new Option('--task <id>', 'show in a picture how this task went'))
    .addOption(new Option('--at <seq>', 'with --task: as it was after this entry of its journal').argParser(readEntry))
    .addOption(new Option('--coverage <file>', 'show in a picture what "paths --test --format json" wrote to a file'))
    .addOption(new Option('-o, --out <file>', 'write a file instead of standard output'))
    .action(async (named: string | undefined, options: DiagramOptions & DirectoryOptions) => {
      const directory = directoryOf(draw, named, options);
      const { diagram } = await import('../commands/diagram.ts');
      await finish(diagram(context, directory, options));
    });
}

function readList(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').map((id) => id.trim())].filter((id) => id !== '');
}

function readEntry(value: string): number {
  if (/^\d{1,9}$/u.test(value)) return Number(value);
  throw new InvalidArgumentError('Give the number of an entry, from 0.');
}
