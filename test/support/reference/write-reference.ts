import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { manifestSchema } from '../../../src/manifest-compiler/index.ts';
import { fileKinds } from '../../../src/manifest/index.ts';
import { apiPage } from './api-page.ts';
import { manifestPage } from './manifest-page.ts';

/*
 * Writes the reference of the package below dist/docs: a page for each of its entries, from the declaration files that the build has
 * made, and one for each kind of manifest, from its schema.
 */

const root = path.resolve(import.meta.dirname, '../../..');

const entries = Object.entries(packageJson.exports).flatMap(([entry, target]) =>
  typeof target === 'object' ? [[entry.replace('.', 'agent-engine'), target.types] as const] : [],
);
const pages = [
  ...entries.map(
    ([entry, types]) => [`api/${entry.replaceAll('/', '-')}.md`, apiPage(entry, path.join(root, types))] as const,
  ),
  ...fileKinds.map((kind) => [`manifests/${kind}.md`, manifestPage(kind, manifestSchema(kind))] as const),
];
for (const [file, text] of pages) {
  const target = path.join(root, 'dist/docs', file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}
