import type { ProjectSpec } from '../../manifest/index.ts';
import {
  checkPermission,
  realLocation,
  resolvePolicy,
  secretPaths,
  storeFiles,
  type Environment,
} from '../../services/index.ts';

export interface DocumentPlaces {
  readonly projectDirectory: string;
  readonly stateDirectory: string;
  readonly environment: Environment;
}

/** Why a file is not to be remembered, as half a sentence: what is remembered is shown to models. */
export async function documentRefusal(
  { engine, tools, plugins, memory }: ProjectSpec,
  places: DocumentPlaces,
): Promise<(file: string) => Promise<string | undefined>> {
  const policy = await resolvePolicy(
    {},
    {
      ...places,
      secretFiles: secretPaths([engine, tools, plugins, memory]),
      storeFiles: storeFiles(memory, places),
      resolve: (declared) => declared,
    },
  );
  return async (file) => {
    // By whatever link it was found.
    const request = { kind: 'filesystem', access: 'read', path: await realLocation(file) } as const;
    const { level, reason } = checkPermission(request, policy);
    return level === 'always' ? reason : undefined;
  };
}
