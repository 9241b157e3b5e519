import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bundleForPages } from '../../support/page-bundle.ts';

const PackageFile = z.object({ exports: z.object({ './compiler': z.object({ default: z.string() }) }) });

describe('the sub-path for web pages', () => {
  it('imports these packages, none of them from Node, and the bundler has no objection', async () => {
    const { packages, warnings } = await bundleForPages('src/manifest-compiler/index.ts');
    expect({ packages, warnings }).toEqual({
      packages: [
        '@marcbachmann/cel-js',
        'fastest-levenshtein',
        'ipaddr.js',
        'liquidjs',
        'picomatch',
        'xstate',
        'yaml',
        'zod',
      ],
      warnings: [],
    });
  });

  it('is the entry that this test looks at', () => {
    const text = readFileSync(path.resolve(import.meta.dirname, '../../../package.json'), 'utf8');
    const entry = PackageFile.parse(JSON.parse(text)).exports['./compiler'].default;
    expect(entry).toBe('./dist/manifest-compiler/index.js');
  });

  it('has a sister for JSON that needs no Node either', async () => {
    const { packages, warnings } = await bundleForPages('src/services/json/sub-path.ts');
    expect({ packages, warnings }).toEqual({
      packages: ['ajv', 'ajv-formats', 'fast-deep-equal', 'fast-uri', 'fastest-levenshtein', 'json-schema-traverse'],
      warnings: [],
    });
  });

  it('has a sister for models, which bring nothing along', async () => {
    const { packages, warnings } = await bundleForPages('src/services/llm/sub-path.ts');
    expect({ packages, warnings }).toEqual({ packages: [], warnings: [] });
  });

  it('has a sister for diagrams that needs no Node either', async () => {
    const { packages, warnings } = await bundleForPages('src/diagram/index.ts');
    expect({ packages, warnings }).toEqual({ packages: ['elkjs', 'ipaddr.js', 'zod'], warnings: [] });
  });

  it('would be told apart from code for Node', async () => {
    const { packages, warnings } = await bundleForPages('src/engine/index.ts');
    expect(packages).toEqual(expect.arrayContaining(['ajv', 'node:fs/promises', 'picomatch']));
    expect(warnings.join('\n')).toContain('node:');
  });
});
