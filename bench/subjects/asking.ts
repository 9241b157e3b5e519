import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** A project whose agent asks one model, as often in a row as is said. */
export async function writeAskingProject(directory: string, model: object, stages = 1): Promise<void> {
  const ids = Array.from({ length: stages }, (_, at) => `s${at}`);
  const edges = ids.slice(1).map((to, at) => ({ from: `s${at}`, to }));
  const files = {
    workflow: { workflow: { id: 'bench', nodes: ids.map((id) => ({ id, type: 'agent', agent: 'asker' })), edges } },
    agents: { agents: { asker: { prompt: 'Greet.', model: 'asked' } } },
    engine: { engine: { name: 'bench', durability: 'process', models: { asked: model } } },
  };
  await mkdir(directory, { recursive: true });
  for (const [name, value] of Object.entries(files))
    await writeFile(path.join(directory, `${name}.json`), JSON.stringify(value));
  await writeFile(path.join(directory, 'replies.yaml'), 'replies: [{ reply: Hello. }]\n');
}
