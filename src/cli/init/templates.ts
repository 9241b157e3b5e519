import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** Below the package; a project in one of these is a template, and of two with the same name the first counts. */
const folders = ['configs/templates', 'configs/patterns', 'configs/examples'];

export interface Template {
  /** The name of its directory. */
  readonly id: string;
  /** The same from the package, with slashes. */
  readonly place: string;
  readonly directory: string;
  readonly description: string;
}

const packageDirectory = fileURLToPath(new URL('../../../', import.meta.url));

/** All templates, in the order of the folders. */
export async function listTemplates(): Promise<readonly Template[]> {
  const found = new Map<string, Template>();
  for (const folder of folders) {
    for (const id of await projectNames(path.join(packageDirectory, folder))) {
      const directory = path.join(packageDirectory, folder, id);
      const description = await descriptionOf(directory);
      if (description === undefined || found.has(id)) continue;
      found.set(id, { id, place: `${folder}/${id}`, directory, description });
    }
  }
  return [...found.values()];
}

async function projectNames(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted();
  } catch {
    return []; // not every folder need be there
  }
}

/** Undefined when the directory holds no workflow. */
async function descriptionOf(directory: string): Promise<string | undefined> {
  try {
    const manifest: unknown = parse(await readFile(path.join(directory, 'workflow.yaml'), 'utf8'));
    const description = fieldOf(fieldOf(manifest, 'workflow'), 'description');
    return typeof description === 'string' ? description : '';
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
