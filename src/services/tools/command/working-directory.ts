import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isInside, realLocation } from '../../security/index.ts';
import type { ToolEnvironment } from '../adapter.ts';
import { denied, fail, notFound, quote } from '../failures.ts';

/** The real path a command runs in; throws the denial when it lies outside of the project and the permitted roots. */
export async function findWorkingDirectory(
  declared: string | undefined,
  environment: ToolEnvironment,
): Promise<string> {
  const { name, projectDirectory, policy } = environment;
  const asked = declared ?? '.';
  const rule = `tools.${name}.working_dir`;
  const real = await realLocation(path.resolve(projectDirectory, asked));
  const permitted = [projectDirectory, ...policy.read.map((root) => root.path)];
  const isPermitted =
    permitted.some((root) => isInside(root, real)) && policy.within.every((root) => isInside(root.path, real));
  if (!isPermitted || isInside(policy.stateDirectory, real)) {
    const reason = 'it is neither in the project nor in a directory that may be read';
    const message = `Tool "${name}" may not run in ${quote(asked)}: ${reason} (rule ${rule}).`;
    fail(denied(message, rule, 'Name a directory of the project, or add it to engine.permissions.filesystem.read.'));
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
