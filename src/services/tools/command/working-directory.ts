import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isInside, realLocation } from '../../security/index.ts';
import type { ToolEnvironment } from '../adapter.ts';
import { denied, fail, notFound, quote } from '../failures.ts';

/**
 * The real path a command runs in: the project directory, which is where it runs when nothing is declared, or any place
 * in a directory that may be read or written. Throws the denial of any other.
 */
export async function findWorkingDirectory(
  declared: string | undefined,
  environment: ToolEnvironment,
): Promise<string> {
  const { name, projectDirectory, policy, values } = environment;
  const asked = declared ?? '.';
  const rule = `tools.${name}.working_dir`;
  const real = await realLocation(path.resolve(projectDirectory, values.resolve(asked)));
  const roots = [...policy.read, ...policy.write];
  const isPermitted =
    (real === projectDirectory || roots.some((root) => isInside(root.path, real))) &&
    policy.within.every((root) => isInside(root.path, real));
  if (!isPermitted || isInside(policy.stateDirectory, real)) {
    const reason = 'it is neither the project directory nor in a directory that may be read or written';
    const message = `Tool "${name}" may not run in ${quote(asked)}: ${reason} (rule ${rule}).`;
    fail(denied(message, rule, 'Leave working_dir out, or add the directory to engine.permissions.filesystem.read.'));
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
