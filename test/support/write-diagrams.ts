import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawConfigs } from './draw-configs.ts';

/** `npm run diagrams`: draws every project below configs/ anew. */
const directory = path.resolve(import.meta.dirname, '../../visualizations');
for (const [name, text] of await drawConfigs()) {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`visualizations/${name}\n`);
}
