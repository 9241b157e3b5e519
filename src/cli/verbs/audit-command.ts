import { Option, type Command } from 'commander';
import type { AuditVerifyOptions } from '../commands/audit.ts';
import type { CliContext } from '../context.ts';
import { directoryOf, type DirectoryOptions, type Finish } from '../input/shared-options.ts';

export function addAuditCommand(program: Command, context: CliContext, finish: Finish): void {
  const verify = program
    .command('audit')
    .description('what was written of matters of security')
    .command('verify')
    .description('check that nothing was changed in an audit log');
  verify
    .argument('[path]', 'the file, or a project with a plugin of type audit.log (default: the current directory)')
    .addOption(new Option('--project <dir>', 'a project, as other commands name it'))
    .addOption(new Option('--expect <hash>', 'hash that an entry has to have, as it was noted elsewhere'))
    .addOption(new Option('--json', 'print the result as JSON'))
    .action(async (named: string | undefined, options: AuditVerifyOptions & DirectoryOptions) => {
      const place = (named ?? options.project) === undefined ? undefined : directoryOf(verify, named, options);
      const { auditVerify } = await import('../commands/audit.ts');
      await finish(auditVerify(context, place, options));
    });
}
