import path from 'node:path';
import { EngineError } from '../../errors/index.ts';
import {
  readSecretFiles,
  verifyAuditLog,
  withEnvironment,
  withSecrets,
  type AuditReport,
  type Environment,
} from '../../services/index.ts';
import { loadProject } from './load-project.ts';
import { isFile } from './state-directory.ts';

export interface AuditOptions {
  /** Hash that an entry has to have, as it was noted elsewhere. */
  readonly expected?: string;
  /** Values for `${env:NAME}` in plugins.yaml. Default: the environment of this process. */
  readonly environment?: Environment;
}

/**
 * Checks an audit log, or all those of a project directory. Throws HOST_USAGE where there is none, MANIFEST_INVALID where the
 * manifests do not say where they are, and the error of the system for a file that cannot be read.
 */
export async function verifyAuditLogs(place: string, options: AuditOptions = {}): Promise<readonly AuditReport[]> {
  const files = (await isFile(place)) ? [place] : await filesOf(place, options.environment ?? process.env);
  const reports: AuditReport[] = [];
  for (const file of files) reports.push(await verifyAuditLog(file, options.expected));
  return reports;
}

async function filesOf(directory: string, environment: Environment): Promise<readonly string[]> {
  const { compiled } = await loadProject(directory);
  if (compiled === undefined) {
    throw new EngineError('MANIFEST_INVALID', `The manifests in "${directory}" have errors.`, {
      hint: 'Name the file of the audit log, or correct what this shows: agent-engine validate',
    });
  }
  const { plugins: declared } = compiled.project;
  const plugins = withEnvironment(declared, withSecrets(environment, await readSecretFiles(declared, directory)));
  const files = plugins.flatMap(({ type, config }) =>
    type === 'audit.log' ? [path.resolve(directory, config.path)] : [],
  );
  if (files.length > 0) return files;
  throw new EngineError('HOST_USAGE', `The project "${directory}" has no plugin of type "audit.log".`, {
    hint: 'Name the file of an audit log, or add such a plugin to plugins.yaml.',
  });
}
