import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawConfigs } from './draw-configs.ts';

/** `npm run diagrams`: draws every project below configs/ anew, and forgets those that are gone. */
const directory = path.resolve(import.meta.dirname, '../../visualizations');
const pictures = await drawConfigs();
rmSync(directory, { recursive: true, force: true });
for (const [name, text] of pictures) {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`visualizations/${name}\n`);
}
