import { stat } from 'node:fs/promises';
import path from 'node:path';
import { checkPermission, realLocation, type PermissionPolicy } from '../../security/index.ts';
import type { ToolEnvironment } from '../adapter.ts';
import { denied, fail, notFound, quote } from '../failures.ts';

/**
 * The real path a command runs in: the project directory, which is where it runs when nothing is declared, or any place
 * in a directory that may be read or written. Throws the denial of any other.
 */
export async function findWorkingDirectory(
  declared: string | undefined,
  environment: ToolEnvironment,
  policy: PermissionPolicy,
): Promise<string> {
  const { name, projectDirectory, values } = environment;
  const asked = declared ?? '.';
  const rule = `tools.${name}.working_dir`;
  const real = await realLocation(path.resolve(projectDirectory, values.resolve(asked)));
  // What no level can allow holds for the project directory, too.
  const decision = checkPermission({ kind: 'filesystem', access: 'work', path: real }, policy);
  if (!decision.allowed && (real !== projectDirectory || decision.level === 'always')) {
    const reason = 'it is neither the project directory nor in a directory that may be read or written';
    const message = `Tool "${name}" may not run in ${quote(asked)}: ${reason} (rule ${rule}).`;
    fail(
      denied(
        message,
        { rule, level: decision.level },
        'Leave working_dir out, or add the directory to engine.permissions.filesystem.read.',
      ),
    );
  }
  const isDirectory = await stat(real).then(
    (info) => info.isDirectory(),
    () => false,
  );
  if (!isDirectory) {
    fail(
      notFound(`Tool "${name}" could not run in ${quote(asked)}: no such directory.`, `Create it, or correct ${rule}.`),
    );
  }
  return real;
}
