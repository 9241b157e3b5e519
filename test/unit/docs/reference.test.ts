import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { manifestSchema } from '../../../src/manifest-compiler/index.ts';
import { fileKinds } from '../../../src/manifest/index.ts';
import { apiPage } from '../../support/reference/api-page.ts';
import { manifestPage } from '../../support/reference/manifest-page.ts';
import { readExports } from '../../support/reference/read-exports.ts';
import { root } from './page-projects.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'reference-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The sources of the entries of the package. */
const entries = Object.values(packageJson.exports).flatMap((target) =>
  typeof target === 'object' ? [target.types.replace('./dist/', 'src/').replace(/\.d\.ts$/u, '.ts')] : [],
);

describe('the reference of the API', () => {
  it('has each name that an entry exports, also from other modules, with its comment', () => {
    writeFileSync(
      path.join(directory, 'inner.d.ts'),
      '/** Adds. */\nexport declare function add(a: number): number;\n',
    );
    writeFileSync(
      path.join(directory, 'index.d.ts'),
      `export { add as plus } from './inner.ts';
/**
 * What is added.
 * Default: none.
 */
export interface Addend {
    /** Its value. */
    readonly value: number;
}
declare const hidden: number;
export declare const zero: 0;
`,
    );
    expect(apiPage('sums', path.join(directory, 'index.d.ts'))).toBe(`# sums

Made from its types by \`npm run build\`.

## Functions

### plus

Adds.

\`\`\`ts
function add(a: number): number;
\`\`\`

## Values

### zero

\`\`\`ts
const zero: 0;
\`\`\`

## Types

### Addend

What is added.
Default: none.

\`\`\`ts
interface Addend {
    /** Its value. */
    readonly value: number;
}
\`\`\`
`);
  });

  it.each(entries)('finds a comment above every function and class of %s', (entry) => {
    const all = readExports(path.join(root, entry));
    expect(all.length).toBeGreaterThan(0);
    const silent = all.filter(
      ({ doc, declaration }) => doc === '' && /^(?:async )?(?:function|class)/u.test(declaration),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });
});

/** Names of fields anywhere in a schema, but for those of nodes in bodies, which are fields of nodes. */
function fieldsIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    const own = key === 'properties' && typeof value === 'object' && value !== null ? Object.keys(value) : [];
    return key === 'examples' ? [] : own.concat(fieldsIn(value));
  });
}

describe('the reference of manifests', () => {
  it.each(fileKinds)('has every field of %s, in rows that are whole', (kind) => {
    const schema = manifestSchema(kind);
    const page = manifestPage(kind, schema);
    const named = new Set(page.match(/[$\w]+/gu));
    expect([...new Set(fieldsIn(schema))].filter((name) => !named.has(name))).toEqual([]);
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.filter((line) => line.split(/(?<!\\)\|/u).length !== 6)).toEqual([]);
  });
});
