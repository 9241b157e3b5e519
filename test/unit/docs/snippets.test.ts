import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifestSchema } from '../../../src/manifest-compiler/index.ts';
import { fileKinds, JsonSchema, type FileKind } from '../../../src/manifest/index.ts';
import { createSchemaValidator } from '../../../src/services/index.ts';
import { commands } from '../../support/cli-page.ts';
import { markdownBlocks } from '../../support/markdown-blocks.ts';
import { nodeIn, root } from './page-projects.ts';

/*
 * Snippets that no other test runs: what they name is there. A part of a manifest has fields and values that the schemas know, a command
 * has options that it takes, and a program runs.
 */

const directory = mkdtempSync(path.join(os.tmpdir(), 'snippets-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Snippet {
  readonly name: string;
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const pages = ['README.md', ...readdirSync(path.join(root, 'docs')).map((file) => `docs/${file}`)].filter((file) =>
  file.endsWith('.md'),
);
const snippets = pages.flatMap((page) =>
  markdownBlocks(readFileSync(path.join(root, page), 'utf8')).map(({ language, text }, index): Snippet => ({
    name: `${page} ${index + 1}`,
    page,
    language,
    text,
  })),
);
const inLanguage = (...languages: readonly string[]): readonly Snippet[] =>
  snippets.filter(({ language }) => languages.includes(language));

/** A schema of parts: they need not have what the whole needs. */
function loosened(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((one: unknown) => loosened(one));
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key]) => !['required', 'minProperties', 'minItems'].includes(key));
  return Object.fromEntries(kept.map(([key, value]: [string, unknown]) => [key, loosened(value)]));
}

const validator = createSchemaValidator({});
const schemas = new Map(fileKinds.map((kind) => [kind, JsonSchema.parse(loosened(manifestSchema(kind)))]));

/** What a part stands in, where it is no whole file. */
const wholes: readonly ((part: unknown) => Partial<Record<FileKind, unknown>>)[] = [
  (part) => Object.fromEntries(fileKinds.map((kind) => [kind, part])),
  (part) => ({ engine: { engine: part }, agents: { agents: part }, tools: { tools: part } }),
  (part) => ({ workflow: { workflow: { nodes: part } } }),
  (part) => ({ workflow: { workflow: { edges: part } } }),
  (part) => ({ evals: { cases: { one: part } } }),
];

function fitsSome(part: unknown): boolean {
  return wholes
    .flatMap((whole) => Object.entries(whole(part)))
    .some(([kind, value]) => {
      const schema = schemas.get(fileKinds.find((one) => one === kind) ?? 'engine');
      return schema !== undefined && validator.validate(schema, value).length === 0;
    });
}

const isKind = (word: string): boolean => fileKinds.some((kind) => kind === word);
/** Scripts of models are run by the tests of their pages, and comments for editors are no values. */
const partsOfManifests = inLanguage('yaml').filter(({ text }) => !/^replies:/mu.test(text) && parse(text) !== null);

it.each(partsOfManifests)('$name has fields and values that manifests know', ({ text }) => {
  const part: unknown = parse(text);
  const isMany = typeof part === 'object' && part !== null && Object.keys(part).every((key) => isKind(key));
  const parts = isMany ? Object.entries(part).map((entry) => Object.fromEntries([entry])) : [part];
  expect(parts.filter((one) => !fitsSome(one))).toEqual([]);
});

/** Every call of the command line in a block, as its words. */
function callsIn(text: string): readonly (readonly string[])[] {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  return lines.flatMap((line) => {
    const call = /(?:^|[|;&]\s*|\s)agent-engine (?:-- )?(?<rest>[^|#]*)/u.exec(line)?.groups?.['rest'];
    return call === undefined ? [] : [call.trim().split(/\s+/u)];
  });
}

const calls = inLanguage('sh').flatMap(({ name, text }) =>
  callsIn(text).map((words) => ({ name, words, line: words.join(' ') })),
);

it.each(calls)('$name: "$line" is a command with options that it takes', ({ words }) => {
  const fitting = commands.filter(({ path: verb }) => `${words.join(' ')} `.startsWith(`${verb} `));
  const [command] = fitting.toSorted((one, other) => other.path.length - one.path.length);
  if (command === undefined) throw new Error(`No command is called "${words[0]}".`);
  const known = new Set(command.command.options.flatMap(({ long, short }) => [long, short]));
  const asked = words.flatMap((word) => /^--?[a-z][\w-]*/u.exec(word)?.[0] ?? []);
  expect(asked.filter((option) => !known.has(option) && option !== '--help' && option !== '--debug')).toEqual([]);
});

describe('programs that no other test runs', () => {
  const entry = pathToFileURL(path.join(root, 'src/index.ts')).href;
  const project = path.join(directory, 'my_project');
  const manifests = {
    engine: { engine: { name: 'mine', models: { small: { provider: 'offline' } } } },
    agents: { agents: { reviewer: { prompt: 'Review it.', model: 'offline' } } },
    memory: { memory: { project_store: { type: 'sqlite' } } },
    workflow: { workflow: { id: 'mine', nodes: [{ id: 'review', type: 'agent', agent: 'reviewer' }] } },
  };
  const programs = inLanguage('ts', 'js').filter(({ page }) => /docs\/(?:memory|routing|telemetry)\.md/u.test(page));

  it('are those of three pages', () => {
    expect(programs.map(({ page }) => page).toSorted()).toEqual([
      'docs/memory.md',
      'docs/routing.md',
      'docs/telemetry.md',
    ]);
  });

  it.each(programs)('$name runs', async ({ text }) => {
    mkdirSync(path.join(project, 'docs'), { recursive: true });
    writeFileSync(path.join(project, 'docs/page.md'), '# Failures\n\nHow failures are retried.\n');
    for (const [kind, manifest] of Object.entries(manifests))
      writeFileSync(path.join(project, `${kind}.json`), JSON.stringify(manifest));
    const opening = `import { Engine } from '${entry}';
const engine = await Engine.fromConfigDir('my_project', { host: 'memory' });
${text}
await engine.close();`;
    const program = text.includes('import ') ? text.replace("'agent-engine'", `'${entry}'`) : opening;
    const file = path.join(directory, 'program.ts');
    writeFileSync(file, program);
    await expect(nodeIn(directory, [file])).resolves.toEqual(expect.any(String));
  });
});
