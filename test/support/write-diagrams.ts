import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawConfigs } from './draw-configs.ts';

/** `npm run diagrams`: draws every project below configs/ anew. */
const directory = path.resolve(import.meta.dirname, '../../visualizations');
mkdirSync(directory, { recursive: true });
for (const [name, text] of await drawConfigs()) {
  writeFileSync(path.join(directory, name), text);
  process.stdout.write(`visualizations/${name}\n`);
}
