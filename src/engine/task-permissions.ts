import { EngineError } from '../errors/index.ts';
import { PermissionsSpec, readCommandPattern } from '../manifest/index.ts';
import { permissionsOutside, type CompiledProject } from '../manifest-compiler/index.ts';

/** What narrows a task, as it will be read back from a journal. Throws TASK_PERMISSIONS_INVALID. */
export function taskPermissions(
  given: unknown,
  { project }: Pick<CompiledProject, 'project'>,
): PermissionsSpec | undefined {
  if (given === undefined) return undefined;
  const read = PermissionsSpec.safeParse(given);
  const [issue] = read.error?.issues ?? [];
  if (issue !== undefined) throw invalid(`"${issue.path.join('.')}": ${issue.message.replace(/\.$/u, '')}`);
  checkCommands(read.data?.commands?.allow ?? []);
  const [outside] = read.data === undefined ? [] : permissionsOutside(read.data, project.engine.permissions ?? {});
  if (outside !== undefined) throw invalid(outside.reason);
  return read.data;
}

function checkCommands(lines: readonly string[]): void {
  for (const line of lines) {
    const pattern = readCommandPattern(line);
    if (!pattern.ok) throw invalid(`the command "${line}" cannot be read, since ${pattern.reason}`);
  }
}

function invalid(reason: string): EngineError {
  return new EngineError('TASK_PERMISSIONS_INVALID', `The permissions of the task cannot be used: ${reason}.`, {
    hint: 'Narrow what engine.permissions permits: a task cannot get more.',
  });
}
