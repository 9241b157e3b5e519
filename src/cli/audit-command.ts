import { Option, type Command } from 'commander';
import type { AuditVerifyOptions } from './commands/audit.ts';
import type { CliContext } from './context.ts';
import type { Finish } from './shared-options.ts';

export function addAuditCommand(program: Command, context: CliContext, finish: Finish): void {
  program
    .command('audit')
    .description('what was written of matters of security')
    .command('verify')
    .description('check that nothing was changed in an audit log')
    .argument('[path]', 'the file, or a project with a plugin of type audit.log (default: the current directory)')
    .addOption(new Option('--expect <hash>', 'hash that an entry has to have, as it was noted elsewhere'))
    .addOption(new Option('--json', 'print the result as JSON'))
    .action(async (place: string | undefined, options: AuditVerifyOptions) => {
      const { auditVerify } = await import('./commands/audit.ts');
      await finish(auditVerify(context, place, options));
    });
}
