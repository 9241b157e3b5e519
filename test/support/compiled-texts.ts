import type { CompiledProject, ProjectFiles } from '../../src/index.ts';
import { compileManifests } from '../../src/manifest-compiler/index.ts';

/** Manifests at hand as texts, which have to be valid without a warning. */
export function compiledTexts(files: ProjectFiles, more: ProjectFiles = {}): CompiledProject {
  const { compiled, problems } = compileManifests({ ...files, ...more });
  if (compiled === undefined || problems.length > 0) throw new Error(JSON.stringify(problems, null, 2));
  return compiled;
}
