import { Option, type Command } from 'commander';
import type { ConsentOptions } from '../commands/consent.ts';
import type { CliContext } from '../context.ts';
import { addProjectOption, type Finish } from '../input/shared-options.ts';

/** Commands on answers that hold for all tasks of a project. */
export function addConsentCommands(program: Command, context: CliContext, finish: Finish): void {
  const consent = program.command('consent').description('what tools may do in all tasks of a project without asking');
  const list = consent.command('list').description('list the answers that are remembered, the first one at the front');
  addProjectOption(list)
    .addOption(new Option('--json', 'print them as JSON'))
    .action(async (options: ConsentOptions) => {
      const { listConsent } = await import('../commands/consent.ts');
      await finish(listConsent(context, options));
    });
  const revoke = consent
    .command('revoke')
    .description('have a remembered answer hold no more: people are asked again')
    .argument('<id>', 'id of the answer');
  addProjectOption(revoke).action(async (id: string, options: ConsentOptions) => {
    const { revoke: revokeAnswer } = await import('../commands/consent.ts');
    await finish(revokeAnswer(context, id, options));
  });
}
