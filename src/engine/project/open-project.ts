import type { Problem } from '../../errors/index.ts';
import type { CompiledProject } from '../../manifest-compiler/index.ts';
import type { DefinitionContext } from '../definition-context.ts';
import { invalidManifests } from './invalid-manifests.ts';
import type { LoadedProject } from './load-project.ts';

/** A project that can be run. */
export interface OpenProject {
  readonly directory: string;
  readonly compiled: CompiledProject;
  readonly warnings: readonly Problem[];
  /** Default: the one that a manifest in the directory names. */
  readonly stateDirectory?: string;
  /** Default: true. */
  readonly hasManifestFiles?: boolean;
}

/** Throws MANIFEST_INVALID. */
export function validProject({ directory, compiled, problems }: Omit<LoadedProject, 'evals'>): OpenProject {
  if (compiled === undefined) throw invalidManifests(directory, problems);
  return { directory, compiled, warnings: problems };
}

/** Where its files are, and which of them are read. */
export function placeOf({
  directory,
  hasManifestFiles = true,
}: OpenProject): Pick<DefinitionContext, 'directory' | 'hasManifestFiles'> {
  return { directory, hasManifestFiles };
}
