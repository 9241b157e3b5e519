import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineError, failureError } from '../../../../src/errors/index.ts';
import {
  defineTool,
  type ToolContext,
  type ToolDefinition,
  type ToolHandler,
  type ToolMode,
  type ToolOutcome,
  type ToolRuntimeOptions,
} from '../../../../src/services/tools/index.ts';
import { createToolProject, filesystemTools, laxSchemas, toolCall, verdict, type ToolProject } from './tool-project.ts';

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => {
  vi.useRealTimers();
  await project.remove();
});

async function callHandler(
  handler: ToolHandler | ToolDefinition,
  options: Partial<ToolRuntimeOptions> = {},
  mode: ToolMode = 'normal',
): Promise<ToolOutcome> {
  const runtime = await project.runtime({
    tools: { tool: { type: 'registered' } },
    handlers: new Map([['tool', handler]]),
    ...options,
  });
  return await runtime.call(toolCall('tool', { city: 'Ulm' }, { mode }));
}

const untilAborted = async (_values: unknown, { signal }: ToolContext): Promise<string> =>
  await new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped')));
const run = (): string => 'sun';
const never = async (): Promise<never> => await new Promise(() => undefined);

it('says which tools there are when one is asked for that is not declared', async () => {
  const runtime = await project.runtime();
  expect(await runtime.call(toolCall('delete_file', {}))).toEqual({
    ok: false,
    failure: {
      code: 'config.invalid',
      message: 'There is no tool "delete_file": declared are "read_file", "write_file", "list_files".',
      hint: 'Declare it in tools.yaml, or call one that is declared.',
    },
  });
});

it('does not find a tool by a name that every object has', async () => {
  const runtime = await project.runtime({ tools: {} });
  expect(verdict(await runtime.call(toolCall('constructor', {})))).toBe('config.invalid');
});

it('rejects a project directory that is not there', async () => {
  await expect(project.runtime({ projectDirectory: project.path('none') })).rejects.toMatchObject({
    code: 'MANIFEST_DIRECTORY_MISSING',
  });
});

it('calls a handler that is registered after the tools were loaded', async () => {
  const handlers = new Map<string, ToolHandler>();
  const runtime = await project.runtime({ tools: { tool: { type: 'registered' } }, handlers });
  const before = await runtime.call(toolCall('tool', {}));
  handlers.set('tool', () => 'late');
  expect([before, await runtime.call(toolCall('tool', {}))]).toEqual([
    {
      ok: false,
      failure: {
        code: 'config.invalid',
        message: 'Tool "tool" has no usable handler: none was registered.',
        hint: 'Call engine.registerTool("tool", handler) before the task runs.',
      },
    },
    { ok: true, output: 'late' },
  ]);
});

it('ends a handler that takes too long, and hands it a signal to stop by', async () => {
  const tools = { tool: { type: 'registered', timeout: '5ms' } } as const;
  const failure = {
    code: 'timeout.attempt',
    message: 'Tool "tool" was stopped after 5 ms.',
    hint: 'Raise tools.tool.timeout, or give the tool less to do.',
    details: { timeout_ms: 5 },
  };
  expect([await callHandler(untilAborted, { tools }), await callHandler(never, { tools })]).toEqual([
    { ok: false, failure },
    { ok: false, failure },
  ]);
});

const waitADay = async (_values: unknown, { signal }: ToolContext): Promise<boolean> => {
  await vi.advanceTimersByTimeAsync(86_400_000);
  return signal.aborted;
};

it('takes a timeout that is longer than a timer can be', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const tools = { tool: { type: 'registered', timeout: '365d' } } as const;
  expect(await callHandler(waitADay, { tools })).toEqual({ ok: true, output: false });
});

it('leaves a handler that does not heed its signal as soon as the task is cancelled', async () => {
  const cancel = new AbortController();
  const runtime = await project.runtime({
    tools: { tool: { type: 'registered' } },
    handlers: new Map([['tool', never]]),
  });
  const outcome = runtime.call(toolCall('tool', {}, { signal: cancel.signal }));
  cancel.abort();
  expect(await outcome).toEqual({
    ok: false,
    failure: { code: 'cancelled.task', message: 'Tool "tool" was stopped because the task was cancelled.' },
  });
});

it('ends what runs when it closes, and refuses calls from then on', async () => {
  const runtime = await project.runtime({
    tools: { tool: { type: 'registered' } },
    handlers: new Map([['tool', never]]),
  });
  const running = runtime.call(toolCall('tool', {}));
  await runtime.close();
  const failure = { code: 'cancelled.task', message: 'Tool "tool" was stopped because the engine is closed.' };
  expect([await running, await runtime.call(toolCall('tool', {}))]).toEqual([
    { ok: false, failure },
    { ok: false, failure },
  ]);
});

it('checks arguments and output against the schemas of the manifest and of the code', async () => {
  const asked: unknown[] = [];
  const schemas: ToolRuntimeOptions['schemas'] = {
    ...laxSchemas,
    validate: (reference, value) => {
      asked.push([reference, value]);
      return [];
    },
  };
  const tools = { tool: { type: 'registered', input_schema: 'CityIn', output_schema: { type: 'string' } } } as const;
  const tool = defineTool({ inputSchema: { type: 'object' }, outputSchema: 'CityOut', run: () => 'sun' });
  expect(await callHandler(tool, { tools, schemas })).toEqual({ ok: true, output: 'sun' });
  expect(asked).toEqual([
    ['CityIn', { city: 'Ulm' }],
    [{ type: 'object' }, { city: 'Ulm' }],
    [{ type: 'string' }, 'sun'],
    ['CityOut', 'sun'],
  ]);
});

it('reports arguments and outputs that do not fit, without the values', async () => {
  const violation = { path: '/city', rule: 'type', message: '"/city" must be a number.', value: 'Ulm' };
  const schemas = { ...laxSchemas, validate: () => [violation] };
  const details = { issues: [{ path: '/city', rule: 'type', message: '"/city" must be a number.' }] };
  const input = await callHandler(defineTool({ inputSchema: {}, run }), { schemas });
  const output = await callHandler(defineTool({ outputSchema: {}, run }), { schemas });
  expect([input, output]).toEqual([
    {
      ok: false,
      failure: {
        code: 'tool.invalid_input',
        message: 'The arguments for tool "tool" do not fit: "/city" must be a number.',
        hint: 'Send arguments that fit the input schema of the tool.',
        details,
      },
    },
    {
      ok: false,
      failure: {
        code: 'tool.invalid_output',
        message: 'The output of tool "tool" cannot be used: "/city" must be a number.',
        hint: 'Return plain JSON that fits the output schema: null in place of undefined, text in place of dates and BigInts.',
        details,
      },
    },
  ]);
});

const failing = (error: Error): ToolRuntimeOptions['schemas'] => ({
  ...laxSchemas,
  validate: () => {
    throw error;
  },
});

it('says that a schema cannot be used, in the words of the validator where it has some', async () => {
  const tool = defineTool({ inputSchema: 'None', run: () => null });
  const known = failureError({ code: 'config.invalid', message: 'Schema "None" is not there.' });
  const outcomes = [
    await callHandler(tool, { schemas: failing(known) }),
    await callHandler(tool, { schemas: failing(new Error('bad pattern.')) }),
  ];
  expect(outcomes).toEqual([
    { ok: false, failure: { code: 'config.invalid', message: 'Schema "None" is not there.' } },
    {
      ok: false,
      failure: {
        code: 'config.invalid',
        message: 'A schema of tool "tool" cannot be used: bad pattern.',
        hint: 'Correct the schema of the tool.',
      },
    },
  ]);
});

it('gives the hint of an error of the engine', async () => {
  const error = new EngineError('MEMORY_STORE_UNREADABLE', 'The store cannot be read.', { hint: 'Delete it.' });
  expect(await callHandler(async () => await Promise.reject(error))).toEqual({
    ok: false,
    failure: { code: 'tool.failed', message: 'Tool "tool" failed: The store cannot be read.', hint: 'Delete it.' },
  });
});

it('does not run code in a safe mode that has not declared to be harmless', async () => {
  const calls: string[] = [];
  const handler = (_values: unknown, { mode }: ToolContext): string => {
    calls.push(mode);
    return 'ran';
  };
  const harmless = defineTool({ capabilities: ['deterministic_safe', 'expensive'], run: handler });
  const contradictory = defineTool({ capabilities: ['deterministic_safe', 'external_network'], run: handler });
  const analysis = { ok: true, output: { not_run: 'analysis_only' }, notRun: 'analysis_only' };
  const dry = {
    ok: true,
    output: { not_run: 'dry_run', would_call: 'tool', arguments: { city: 'Ulm' } },
    notRun: 'dry_run',
  };
  expect([
    await callHandler(handler, {}, 'analysis_only'),
    await callHandler(handler, {}, 'dry_run'),
    await callHandler(contradictory, {}, 'analysis_only'),
    await callHandler(contradictory, {}, 'dry_run'),
    await callHandler(harmless, {}, 'analysis_only'),
    await callHandler(harmless, {}, 'dry_run'),
  ]).toEqual([analysis, dry, analysis, dry, { ok: true, output: 'ran' }, { ok: true, output: 'ran' }]);
  expect(calls).toEqual(['analysis_only', 'dry_run']);
});

it('reads and lists in a safe mode', async () => {
  project.write('work/a.txt', 'a');
  const runtime = await project.runtime();
  const outcomes = [
    await runtime.call(toolCall('read_file', { path: 'a.txt' }, { mode: 'analysis_only' })),
    await runtime.call(toolCall('list_files', {}, { mode: 'dry_run' })),
  ];
  expect(outcomes).toEqual([
    { ok: true, output: { path: 'a.txt', text: 'a', bytes: 1 } },
    { ok: true, output: { root: './work', entries: [{ path: 'a.txt', type: 'file', bytes: 1 }], truncated: false } },
  ]);
});

it('describes each tool with its limits, risk and schemas', async () => {
  const tool = defineTool({
    description: 'From the code.',
    inputSchema: 'CityIn',
    outputSchema: 'CityOut',
    capabilities: ['external_network'],
    run: () => null,
  });
  const runtime = await project.runtime({
    tools: {
      ...filesystemTools,
      run: { type: 'command.run', command: 'npm test' },
      code: { type: 'registered', description: 'From the manifest.', input_schema: 'Mine', timeout: '2m' },
      other: { type: 'registered', max_output_bytes: 10 },
    },
    handlers: new Map([['code', tool]]),
  });
  const descriptions = runtime.describe();
  expect(descriptions.map(({ name, risk, capabilities }) => [name, risk, ...capabilities])).toEqual([
    ['read_file', 'low', 'deterministic_safe'],
    ['write_file', 'medium', 'workspace_mutation'],
    ['list_files', 'low', 'deterministic_safe'],
    ['run', 'high', 'shell'],
    ['code', 'medium', 'external_network'],
    ['other', 'high', 'workspace_mutation', 'external_network', 'shell'],
  ]);
  expect(descriptions.slice(4)).toEqual([
    {
      name: 'code',
      type: 'registered',
      description: 'From the manifest.',
      capabilities: ['external_network'],
      risk: 'medium',
      isReadOnly: false,
      inputSchema: 'Mine',
      outputSchema: 'CityOut',
      timeoutMs: 120_000,
      maxOutputBytes: 1_048_576,
    },
    {
      name: 'other',
      type: 'registered',
      description: 'Calls the handler "other".',
      capabilities: ['workspace_mutation', 'external_network', 'shell'],
      risk: 'high',
      isReadOnly: false,
      timeoutMs: 60_000,
      maxOutputBytes: 10,
    },
  ]);
});

it('gives the schemas of built-in tools as JSON Schema', async () => {
  const runtime = await project.runtime({ tools: { write_file: filesystemTools.write_file } });
  expect(runtime.describe().map(({ inputSchema }) => inputSchema)).toEqual([
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        path: {
          type: 'string',
          minLength: 1,
          maxLength: 4_096,
          description: 'Path of a file, relative to the root of the tool.',
          examples: ['src/index.ts'],
        },
        text: { type: 'string', description: 'The whole new content; it is stored as UTF-8.' },
      },
      required: ['path', 'text'],
      additionalProperties: false,
    },
  ]);
});
