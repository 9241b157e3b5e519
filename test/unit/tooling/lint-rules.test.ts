import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '../../..');

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `void ${index};`).join('\n');

const nested = 'if (a) { if (a) { if (a) { if (a) { void a; } } } }';
const branches = Array.from({ length: 13 }, (_, index) => `if (a === ${index}) return ${index};`).join(' ');
const colour = "type Colour = 'red' | 'blue';";

/** One snippet for each ban: the rule that must fire, the file it stands in, and its text. */
const banned: [rule: string, file: string, text: string][] = [
  ['max-lines', 'src/services/long-file.ts', lines(251)],
  ['max-lines', 'test/unit/long-test.ts', lines(401)],
  ['max-lines-per-function', 'src/services/long-function.ts', `export function f(): void {\n${lines(60)}\n}`],
  ['max-params', 'src/services/params.ts', 'export const f = (a: 1, b: 1, c: 1, d: 1): number[] => [a, b, c, d];'],
  ['max-depth', 'src/services/depth.ts', `export function f(a: boolean): void { ${nested} }`],
  ['complexity', 'src/services/branches.ts', `export function f(a: number): number { ${branches} return 0; }`],
  ['no-console', 'src/services/console.ts', "console.log('x');"],
  ['filename-case', 'src/services/BadName.ts', 'export const a = 1;'],
  ['no-default-export', 'src/services/default-export.ts', 'const a = 1; export default a;'],
  ['no-cycle', 'src/services/self.ts', "import { b } from './other.ts'; export const a = (): number => b();"],
  ['no-cycle', 'src/services/other.ts', "import { a } from './self.ts'; export const b = (): number => a();"],
  ['no-explicit-any', 'src/services/any.ts', 'export const a: any[] = [];'],
  ['no-non-null-assertion', 'src/services/bang.ts', 'export const f = (a?: string): string => a!;'],
  ['consistent-type-assertions', 'src/services/as.ts', 'export const a = {} as { b?: string };'],
  ['consistent-type-imports', 'src/services/inline.ts', "export type A = import('./any.ts').a;"],
  ['no-import-type-side-effects', 'src/services/side.ts', "import { type B } from './ok.ts'; export type C = B;"],
  ['explicit-module-boundary-types', 'src/services/boundary.ts', 'export function f() { return 1; }'],
  ['no-unsafe-assignment', 'src/services/unsafe.ts', "export const a: string = JSON.parse('1');"],
  ['no-unsafe-return', 'src/services/unsafe-return.ts', "export const f = (): string => JSON.parse('1');"],
  ['no-unsafe-call', 'src/services/unsafe-call.ts', "JSON.parse('1')();"],
  ['no-unsafe-member-access', 'src/services/unsafe-member.ts', "void JSON.parse('1').a;"],
  ['no-unsafe-argument', 'src/services/unsafe-argument.ts', "void Number.parseInt(JSON.parse('1'), 10);"],
  ['no-floating-promises', 'src/services/floating.ts', 'export function f(a: () => Promise<void>): void { a(); }'],
  ['no-misused-promises', 'src/services/misused.ts', 'export const f = (a: Promise<1>): number => (a ? 1 : 2);'],
  ['only-throw-error', 'src/services/thrown.ts', "export function f(): never { throw 'x'; }"],
  [
    'preserve-caught-error',
    'src/services/cause.ts',
    'try { void 0; } catch (error) { throw new Error(String(error)); }',
  ],
  [
    'switch-exhaustiveness-check',
    'src/services/switch.ts',
    `${colour} export function f(a: Colour): void { switch (a) { case 'red': } }`,
  ],
  ['ban-ts-comment', 'src/services/ignore.ts', '// @ts-ignore\nexport const a = 1;'],
  ['no-restricted-vi-methods', 'test/unit/mock.ts', "import { vi } from 'vitest'; vi.mock('./a.ts');"],
  ['no-restricted-imports', 'src/services/ending.ts', "import { a } from './any.js'; void a;"],
  ['no-restricted-imports', 'src/services/outside.ts', "import { a } from '../../test/support/a.ts'; void a;"],
  ['no-restricted-imports', 'src/services/inside.ts', "import { a } from '../errors/codes.ts'; void a;"],
  ['no-restricted-imports', 'src/engine/lazy.ts', "export const a: unknown = import('../cli/main.ts');"],
  ['no-restricted-imports', 'src/services/machine.ts', "import { setup } from 'xstate'; void setup;"],
  [
    'no-restricted-imports',
    'src/index.ts',
    "export { a } from './engine/a.ts'; export { b } from './engine/index.ts';",
  ],
  ['prefer-node-protocol', 'src/machines/bare.ts', "import { sep } from 'path'; void sep;"],
  ...['errors', 'manifest', 'machines', 'manifest-compiler', 'diagram'].map((area): [string, string, string] => [
    'no-restricted-imports',
    `src/${area}/file.ts`,
    "import { sep } from 'node:path'; void sep;",
  ]),
  ...['errors', 'manifest', 'machines', 'manifest-compiler', 'diagram'].flatMap((area) =>
    ['process', 'Buffer', 'require'].map((name): [string, string, string] => [
      'no-restricted-globals',
      `src/${area}/node-${name.toLowerCase()}.ts`,
      `export const a: unknown = ${name};`,
    ]),
  ),
  ...['machines', 'manifest-compiler'].flatMap((area) =>
    [
      ...['new Date()', 'setTimeout', 'setInterval', 'process.env', 'crypto', 'performance', 'globalThis.fetch'].map(
        (text) => ['no-restricted-globals', text] as const,
      ),
      ['no-restricted-properties', 'Math.random()'] as const,
    ].map(([rule, text], index): [string, string, string] => [rule, `src/${area}/impure-${index}.ts`, `void ${text};`]),
  ),
];

const allowed: [file: string, text: string][] = [
  [
    'src/machines/types.ts',
    'export const a = {} as { b?: string }; export const f = (d: Date): string => d.toISOString();',
  ],
  ['src/services/const.ts', "export const a = ['b'] as const; export const now = (): number => Date.now();"],
  ['src/services/quiet.config.ts', 'export default {};'],
  ['src/hosts/print.ts', "import { sep } from 'node:path'; console.log(sep);"],
  ['src/cli/print.ts', "console.log('a');"],
  [
    'test/unit/long-function.ts',
    `import { setup } from 'xstate'; export function f() {\n${lines(100)}\nreturn setup; }`,
  ],
];

/** What STYLE's import table allows, told apart from the lint settings on purpose. `type x` may be imported as a type. */
const importTable: Record<string, string[]> = {
  errors: [],
  manifest: [],
  machines: ['errors', 'manifest', 'xstate'],
  'manifest-compiler': ['errors', 'manifest', 'machines'],
  diagram: ['errors', 'manifest', 'type manifest-compiler'],
  services: ['errors', 'manifest'],
  actors: ['errors', 'manifest', 'type services', 'xstate'],
  hosts: ['errors', 'manifest', 'machines', 'manifest-compiler', 'diagram', 'services', 'actors'],
  engine: ['errors', 'manifest', 'machines', 'manifest-compiler', 'diagram', 'services', 'actors', 'hosts'],
  testing: [],
  patterns: [],
  cli: ['diagram', 'engine', 'testing'],
  studio: ['diagram', 'engine', 'testing'],
};

const Report = z.object({
  diagnostics: z.array(
    z.object({
      code: z.string(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.number() }) })),
    }),
  ),
});

const areas = Object.keys(importTable);
const sources = [...areas.map((area) => [area, `../../${area}/index.ts`] as const), ['xstate', 'xstate'] as const];

/** Line n imports from source n, and further down line n + sources.length imports a type from it. */
const everyImport = ['import', 'import type']
  .flatMap((word, round) => sources.map(([, source], index) => `${word} { a${round}_${index} } from '${source}';`))
  .join('\n');

let project = '';
let findings: { rule: string; file: string; line: number }[] = [];

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
  writeFileSync(path.join(project, file), text);
}

function lint(): string {
  const command = [path.join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json', 'src', 'test'];
  const result = spawnSync(process.execPath, command, { cwd: project, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return result.stdout;
}

beforeAll(() => {
  project = mkdtempSync(path.join(tmpdir(), 'agent-engine-lint-'));
  for (const file of ['oxlint.config.ts', 'tsconfig.json', 'package.json']) {
    cpSync(path.join(root, file), path.join(project, file));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(project, 'node_modules'), 'junction');
  for (const [, file, text] of banned) write(file, text);
  for (const [file, text] of allowed) write(file, text);
  for (const area of areas) write(`src/${area}/deep/every-import.ts`, everyImport);
  findings = Report.parse(JSON.parse(lint())).diagnostics.map(({ code, filename, labels }) => ({
    rule: code.replace(/^.*\((.*)\)$/, '$1'),
    file: filename.replaceAll('\\', '/'),
    line: labels[0]?.span.line ?? 0,
  }));
}, 60_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

it.each(banned)('%s fires on %s and nothing else does', (rule, file) => {
  expect(findings.filter((finding) => finding.file === file).map((finding) => finding.rule)).toEqual([rule]);
});

it.each(allowed)('nothing fires on %s', (file) => {
  expect(findings.filter((finding) => finding.file === file)).toEqual([]);
});

it.each(areas)('src/%s imports what its row of the import table lists', (area) => {
  const file = `src/${area}/deep/every-import.ts`;
  const rejected = new Set(
    findings
      .filter((finding) => finding.file === file && finding.rule === 'no-restricted-imports')
      .map(({ line }) => line),
  );
  const importable = sources.flatMap(([name], index) => {
    if (name === area) return [];
    if (!rejected.has(index + 1)) return [name];
    return rejected.has(index + 1 + sources.length) ? [] : [`type ${name}`];
  });
  expect(importable.toSorted()).toEqual(importTable[area]?.toSorted());
});
