import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { withEnvironment, type Environment } from '../../services/index.ts';
import { noManifests } from './load-project.ts';
import { readManifestFiles } from './project-directory.ts';

/** Where the tasks of a project are kept. */
export interface StateDirectory {
  readonly path: string;
  /**
   * The engine manifest, where it cannot be read. The directory is then the one that a line of it still names, if there is
   * a state file, else the default one.
   */
  readonly unreadable?: string;
}

export const defaultStateDirectory = '.agent-engine';

/**
 * Found without the other manifests, which may be broken: tasks go on with those they began with. Throws MANIFEST_* when
 * the directory is no project.
 */
export async function findStateDirectory(
  directory: string,
  environment: Environment = process.env,
): Promise<StateDirectory> {
  const root = path.resolve(directory);
  const files = await readManifestFiles(root);
  const resolved = (declared: string): string => path.resolve(root, withEnvironment(declared, environment));
  const [file, content] = [...files].find(([name]) => name.startsWith('engine.')) ?? [];
  if (file === undefined || content === undefined) {
    const found = resolved(defaultStateDirectory);
    if (files.size === 0 && !(await isFile(stateFileIn(found)))) throw noManifests(directory);
    return { path: found };
  }
  const { declared, isWhole } = declaredIn(content.text);
  const named = resolved(declared ?? defaultStateDirectory);
  if (content.isReadable && isWhole) return { path: named };
  return { path: (await isFile(stateFileIn(named))) ? named : resolved(defaultStateDirectory), unreadable: file };
}

export function stateFileIn(stateDirectory: string): string {
  return path.join(stateDirectory, 'state.sqlite');
}

export async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false; // not there, or behind a directory that may not be entered
  }
}

interface Declared {
  readonly declared?: string;
  /** Whether the manifest could be read as a whole. */
  readonly isWhole: boolean;
}

function declaredIn(text: string): Declared {
  try {
    const document = parseDocument(text);
    const declared = document.getIn(['engine', 'state_dir']);
    if (document.errors.length === 0) return { isWhole: true, ...(typeof declared === 'string' && { declared }) };
  } catch {
    // read line by line below
  }
  const declared = /^\s+["']?state_dir["']?\s*:\s*["']?(?<place>[^"'#\n]+)/mu.exec(text)?.groups?.['place']?.trim();
  return { isWhole: false, ...(declared !== undefined && declared !== '' && { declared }) };
}
