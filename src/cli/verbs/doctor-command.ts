import { Option, type Command } from 'commander';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { CliContext } from '../context.ts';
import type { Finish } from '../input/shared-options.ts';

export function addDoctorCommand(program: Command, context: CliContext, finish: Finish): void {
  program
    .command('doctor')
    .description('look whether this machine has what projects need, and say what to do about what is missing')
    .argument('[dir]', 'a project to look at, too (default: the current directory, where it is one)')
    .addOption(new Option('--json', 'print what was found as JSON'))
    .action(async (directory: string | undefined, options: DoctorOptions) => {
      const { doctor } = await import('../commands/doctor.ts');
      await finish(doctor(context, directory, options));
    });
}
