import { EngineError } from '../../errors/index.ts';
import { StoreName, type MemorySpec, type StoreSpec } from '../../manifest/index.ts';
import type { StoreFile } from '../security/index.ts';

export interface MemoryPlaces {
  readonly projectDirectory: string;
  /** Default: ".agent-engine" in the project. */
  readonly stateDirectory?: string;
  /** Where HOME and XDG_DATA_HOME stand. Default: those of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

type StoreInFile = Extract<StoreSpec, { type: 'file_json' | 'sqlite' }>;

export function isInFile(spec: StoreSpec | undefined): spec is StoreInFile {
  return spec?.type === 'file_json' || spec?.type === 'sqlite';
}

/** The file of a store; of a task store the one that those of tasks are named after. */
export function pathOfStore(spec: StoreInFile, name: StoreName, places: MemoryPlaces): string {
  const path = process.getBuiltinModule('node:path');
  const { projectDirectory, stateDirectory = '.agent-engine', environment = process.env } = places;
  if (spec.path !== undefined) {
    const inHome = /^~[/\\](?<rest>.*)$/su.exec(spec.path)?.groups?.['rest'];
    return inHome === undefined
      ? path.resolve(projectDirectory, spec.path)
      : path.join(homeOf(environment, name), inHome);
  }
  const extension = spec.type === 'sqlite' ? 'sqlite' : 'json';
  if (name === 'global_store') return path.join(dataDirectory(environment), 'agent-engine', `memory.${extension}`);
  const file = `${name === 'task_store' ? 'task' : 'project'}.${extension}`;
  return path.resolve(projectDirectory, stateDirectory, 'memory', file);
}

/** Files of all stores that keep one. Throws MEMORY_HOME_UNKNOWN. */
export function storeFiles({ memory }: MemorySpec, places: MemoryPlaces): readonly StoreFile[] {
  return StoreName.options.flatMap((name) => {
    const spec = memory?.[name];
    return isInFile(spec) ? [{ file: pathOfStore(spec, name, places), isPerTask: name === 'task_store' }] : [];
  });
}

/** A file per task beside the one that the manifest names: "memory.json" becomes "memory.<task>.json". */
export function pathOfTask(file: string, taskId: string): string {
  const nameOfTask = taskId.replaceAll(/[^\w-]/gu, (character) => `%${character.codePointAt(0)?.toString(16)}`);
  const { dir, name, ext } = process.getBuiltinModule('node:path').parse(file);
  return process.getBuiltinModule('node:path').join(dir, `${name}.${nameOfTask}${ext}`);
}

/** As the XDG base directory specification has it, which also says to pass over a path that is not absolute. */
function dataDirectory(environment: NonNullable<MemoryPlaces['environment']>): string {
  const path = process.getBuiltinModule('node:path');
  for (const named of [environment['XDG_DATA_HOME'], environment['LOCALAPPDATA']]) {
    if (named !== undefined && path.isAbsolute(named)) return named;
  }
  return path.join(homeOf(environment, 'global_store'), '.local', 'share');
}

function homeOf(environment: NonNullable<MemoryPlaces['environment']>, name: StoreName): string {
  const home = [environment['HOME'], environment['USERPROFILE']].find((named = '') => named !== '');
  if (home !== undefined) return home;
  throw new EngineError(
    'MEMORY_HOME_UNKNOWN',
    `The store "${name}" is to be in the home directory, and HOME is not set.`,
    {
      hint: 'Set HOME, or give the store an absolute path in memory.yaml.',
    },
  );
}
