import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { rolldown } from 'rolldown';

/** Writes the page to `dist/`: one script, one style sheet, and index.html, which can be opened as a file. */
const here = import.meta.dirname;
const dist = path.join(here, 'dist');

const build = await rolldown({
  input: path.join(here, 'src/main.tsx'),
  platform: 'browser',
  transform: { define: { 'process.env.NODE_ENV': '"production"' } },
});
await build.write({ file: path.join(dist, 'page.js'), format: 'iife', minify: true });
await build.close();
for (const file of ['index.html', 'style.css']) await copyFile(path.join(here, file), path.join(dist, file));
