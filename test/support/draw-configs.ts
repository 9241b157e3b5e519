import { readdirSync } from 'node:fs';
import path from 'node:path';
import { drawingModel, toMermaid } from '../../src/diagram/index.ts';
import { loadProject } from '../../src/index.ts';

const configs = path.resolve(import.meta.dirname, '../../configs');

/** Names of the projects below configs/. */
export function configNames(): readonly string[] {
  const entries = readdirSync(configs, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

/** The picture of every project below configs/: text by file name. */
export async function drawConfigs(): Promise<ReadonlyMap<string, string>> {
  const pictures = new Map<string, string>();
  for (const name of configNames()) {
    const { compiled, problems } = await loadProject(path.join(configs, name));
    if (compiled === undefined) throw new Error(problems.map(({ message }) => message).join(' '));
    pictures.set(`${name}.mmd`, toMermaid(drawingModel(compiled)));
  }
  return pictures;
}
