import path from 'node:path';
import { rolldown } from 'rolldown';

export interface PageBundle {
  /** One ES module that imports nothing. */
  readonly code: string;
  /** What is imported from the entry on, used or not: npm packages, and whatever else lies outside of src/. */
  readonly packages: readonly string[];
  /** What the bundler had to say. */
  readonly warnings: readonly string[];
}

export interface BundleOptions {
  readonly minify?: boolean;
}

/** What users import by the package's name is there as sources. */
const ownPaths = {
  'agent-engine/browser': path.resolve(import.meta.dirname, '../../src/services/llm/sub-path.ts'),
  'agent-engine/compiler': path.resolve(import.meta.dirname, '../../src/manifest-compiler/index.ts'),
};

const root = path.resolve(import.meta.dirname, '../..');

/** Bundles an entry for browsers, as a user's bundler would. */
export async function bundleForPages(entry: string, { minify = false }: BundleOptions = {}): Promise<PageBundle> {
  const imported = new Set<string>();
  const warnings: string[] = [];
  const build = await rolldown({
    input: path.join(root, entry),
    platform: 'browser',
    resolve: { alias: ownPaths },
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    // The modules of the tests' pages and of examples are there for what they do; the sources are not.
    treeshake: { moduleSideEffects: [{ test: /[\\/](?:test|examples)[\\/]/u, sideEffects: true }] },
    plugins: [
      {
        name: 'note-imports',
        moduleParsed: ({ id, importedIds, dynamicallyImportedIds }) => {
          for (const found of [id, ...importedIds, ...dynamicallyImportedIds]) imported.add(packageOf(found));
        },
      },
    ],
    onLog: (level, { code = '', message }) => {
      if (level === 'warn') warnings.push(`${code} ${message}`);
    },
  });
  const { output } = await build.generate({ format: 'esm', minify, codeSplitting: false });
  await build.close();
  const [chunk] = output;
  const packages = [...imported].filter((name) => name !== '').toSorted();
  return { code: chunk.code, packages, warnings: [...warnings, ...chunk.imports] };
}

/** Nothing for the project's own modules. */
function packageOf(id: string): string {
  const inPackage = /[\\/]node_modules[\\/](?<name>(?:@[^\\/]+[\\/])?[^\\/]+)/u.exec(id)?.groups?.['name'];
  if (inPackage !== undefined) return inPackage.replaceAll('\\', '/');
  return path.isAbsolute(id) ? '' : id;
}
