import { symlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolOutcome, ToolRuntime } from '../../../../src/services/tools/index.ts';
import { createToolProject, failureIn, toolCall, type ToolProject } from './tool-project.ts';

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => await project.remove());

type ModuleSpec = Extract<ToolSpec, { type: 'module' }>;

async function load(code: string, more: Partial<ModuleSpec> = {}): Promise<ToolRuntime> {
  project.write('tools/tool.mjs', code);
  return await project.runtime({ tools: { tool: { type: 'module', module: './tools/tool.mjs', ...more } } });
}

async function callCode(code: string, arguments_: unknown = {}): Promise<ToolOutcome> {
  const runtime = await load(code);
  return await runtime.call(toolCall('tool', arguments_));
}

const echo = '(values, context) => ({ values, key: context.idempotencyKey, mode: context.mode })';
const echoed = { ok: true, output: { values: { a: 1 }, key: 'task/1', mode: 'normal' } };

it.each([
  ['a function as default', `export default ${echo};`, {}],
  ['a function named run', `export const run = ${echo};`, {}],
  ['default before run', `export default ${echo}; export const run = () => 'other';`, {}],
  ['a definition', `export default { capabilities: ['deterministic_safe'], run: ${echo} };`, {}],
  ['the export that is named', `export default () => 'other'; export const mine = ${echo};`, { export: 'mine' }],
  ['an asynchronous function', `export default async (values, context) => (${echo})(values, context);`, {}],
])('calls %s', async (_case, code, more) => {
  const runtime = await load(code, more);
  expect(await runtime.call(toolCall('tool', { a: 1 }))).toEqual(echoed);
});

it('takes fields of a definition that are exported beside run', async () => {
  const code = `export const capabilities = ['deterministic_safe'];\nexport const run = () => 'ran';`;
  const call = { ...toolCall('tool', {}), mode: 'dry_run' as const };
  expect(await (await load(code)).call(call)).toEqual({ ok: true, output: 'ran' });
});

it('loads a CommonJS file and a TypeScript file', async () => {
  project.write('tools/old.cjs', 'module.exports = () => "old";');
  project.write('tools/new.ts', 'export function run(): string { return "new"; }');
  const runtime = await project.runtime({
    tools: { old: { type: 'module', module: 'tools/old.cjs' }, new: { type: 'module', module: 'tools/new.ts' } },
  });
  expect([await runtime.call(toolCall('old', {})), await runtime.call(toolCall('new', {}))]).toEqual([
    { ok: true, output: 'old' },
    { ok: true, output: 'new' },
  ]);
});

it.each([
  ['none.mjs', '', 'cannot be opened: it does not exist'],
  ['../outside/secret.txt', '', 'lies outside the project directory'],
  ['link.mjs', '', 'lies outside the project directory'],
  ['broken.mjs', 'export default (', 'cannot be loaded: '],
  ['throws.mjs', 'throw new Error("no luck\\nat all")', 'cannot be loaded: no luck'],
  ['nothing.mjs', '', 'exports neither "default" nor "run"'],
  ['other.mjs', 'export const other = 1;', 'exports neither "default" nor "run"'],
  [
    'number.mjs',
    'export default 7;',
    'exports "default", but it is neither a function nor an object with a function "run"',
  ],
  ['no-run.mjs', 'export default { run: 1 };', 'exports "default", but its "run" is wrong: expected a function'],
  [
    'beside.mjs',
    'export const capabilities = ["all"]; export function run() {}',
    'exports "run", but its "capabilities.0" is wrong: unknown capability',
  ],
  [
    'capability.mjs',
    'export default { capabilities: ["all"], run() {} };',
    'exports "default", but its "capabilities.0" is wrong: unknown capability',
  ],
])('rejects the module %s with file and reason', async (module, code, reason) => {
  symlinkSync(`${project.outside}/secret.txt`, project.path('link.mjs'));
  if (code !== '' || module === 'nothing.mjs') project.write(module, code);
  const loading = project.runtime({ tools: { tool: { type: 'module', module } } });
  await expect(loading).rejects.toMatchObject({
    code: 'TOOL_MODULE_INVALID',
    details: { tool: 'tool', module },
  });
  await expect(loading).rejects.toThrow(`The module "${module}" of tool "tool" ${reason}`);
});

it('lists the exports when the one that is named is not there', async () => {
  await expect(load('export const one = 1, two = 2;', { export: 'three' })).rejects.toMatchObject({
    code: 'TOOL_MODULE_INVALID',
    message: 'The module "./tools/tool.mjs" of tool "tool" exports no "three".',
    hint: 'Name one of its exports as tools.tool.export: "one", "two".',
  });
});

it.each([
  ['undefined', '$ is undefined'],
  ['({ a: undefined })', '$.a is undefined'],
  ['({ a: [() => 1] })', '$.a[0] is a function'],
  ['({ a: 1n })', '$.a is a BigInt'],
  ['({ a: NaN })', '$.a is NaN, which JSON has no word for'],
  ['new Date(0)', '$ is an instance of a class and no plain object'],
  ['[new Map()]', '$[0] is an instance of a class and no plain object'],
  ['(() => { const a = { b: {} }; a.b.c = a; return a; })()', '$.b.c contains itself'],
  ['({ get a() { throw new Error("no"); } })', '$ could not be read: a getter or proxy in it threw'],
])('reports that the output %s is no JSON', async (expression, reason) => {
  expect(await callCode(`export default () => ${expression};`)).toEqual({
    ok: false,
    failure: {
      code: 'tool.invalid_output',
      message: `The output of tool "tool" cannot be used: ${reason}.`,
      hint: 'Return plain JSON that fits the output schema: null in place of undefined, text in place of dates and BigInts.',
    },
  });
});

it.each([
  ['throw new Error("no luck.\\n    at line 1")', 'Tool "tool" failed: no luck.'],
  ['throw "no luck"', 'Tool "tool" failed: no luck.'],
  ['throw null', 'Tool "tool" failed: it threw what is no error.'],
  ['throw new Error()', 'Tool "tool" failed: it threw what is no error.'],
  ['throw { get message() { throw 1; } }', 'Tool "tool" failed: it threw what is no error.'],
  ['return Promise.reject(new Error("later"))', 'Tool "tool" failed: later.'],
  [
    'return (await import("node:fs")).readFileSync(import.meta.dirname + "/no", "utf8")',
    'Tool "tool" failed: ENOENT: no such file or directory, open \'./tools/no\'.',
  ],
])('makes a failure of the tool out of: %s', async (statement, message) => {
  expect(await callCode(`export default async () => { ${statement}; };`)).toEqual({
    ok: false,
    failure: { code: 'tool.failed', message, hint: 'Look into the code of the tool.' },
  });
});

it('passes on a failure that the code reports, and nothing else that is with it', async () => {
  const code = `export default () => {
    throw Object.assign(new Error('slow down'), {
      failure: { code: 'provider.rate_limit', message: 'Slow down.', retry_after_ms: 100, details: { left: 0 }, extra: 1 },
    });
  };`;
  expect(await callCode(code)).toEqual({
    ok: false,
    failure: { code: 'provider.rate_limit', message: 'Slow down.', retry_after_ms: 100, details: { left: 0 } },
  });
});

it('does not let code change the arguments of its caller', async () => {
  const values = { list: [1] };
  await callCode('export default (values) => { values.list.push(2); return null; };', values);
  expect(values).toEqual({ list: [1] });
});

it('refuses an output over the limit without building it', async () => {
  const runtime = await load(
    'export default () => { let a = "x"; for (let i = 0; i < 60; i++) a = [a, a]; return a; };',
    {
      max_output_bytes: 1_000,
    },
  );
  expect(failureIn(await runtime.call(toolCall('tool', {})))).toEqual({
    code: 'tool.output_limit',
    message: 'The output of tool "tool" is larger than 1000 bytes.',
    hint: 'Ask for less, or raise tools.tool.max_output_bytes.',
    details: { max_output_bytes: 1_000 },
  });
});
