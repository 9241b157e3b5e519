import path from 'node:path';
import { manifestKinds, replaceOutside, type ProjectSpec } from '../../manifest/index.ts';
import type { Environment, ToolRuntimeOptions } from '../../services/index.ts';
import { manifestExtensions } from './project-directory.ts';

/**
 * What the engine reads of a project, relative to its directory: its manifests, also those that are not there, for they would be read,
 * and what they name. Whoever could change it could do what it does not permit as soon as it is read again.
 */
export function ownFiles(project: ProjectSpec): readonly string[] {
  const { workflows, schemas, texts } = project;
  const manifests = manifestKinds.flatMap((kind) => manifestExtensions.map((extension) => `${kind}${extension}`));
  const files = Object.keys(workflows).filter((name) =>
    manifestExtensions.some((extension) => name.endsWith(extension)),
  );
  const named = Object.keys(schemas).map((name) => `schemas/${name}.json`);
  return [...new Set([...manifests, ...ownModules(project), ...named, ...files, ...Object.keys(texts)])];
}

/** The code of a project, which is read from its directory also where its manifests are not. */
export function ownModules({ tools, hooks = [] }: Pick<ProjectSpec, 'tools' | 'hooks'>): readonly string[] {
  return [...Object.values(tools), ...hooks].flatMap((part) => (part.type === 'module' ? [part.module] : []));
}

export interface AuditPlaces {
  readonly projectDirectory: string;
  readonly environment: Environment;
}

/** Where the audit logs of a project are, as far as the environment says so. */
export function auditFiles(
  plugins: ProjectSpec['plugins'],
  { projectDirectory, environment }: AuditPlaces,
): NonNullable<ToolRuntimeOptions['storeFiles']> {
  return plugins.flatMap(({ type, config }) => {
    if (type !== 'audit.log') return [];
    const file = replaceOutside(config.path, (name, written) => environment[name] ?? written);
    return [{ file: path.resolve(projectDirectory, file), isPerTask: false, isAudit: true }];
  });
}
