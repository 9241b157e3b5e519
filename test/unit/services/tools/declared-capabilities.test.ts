import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import type { ToolDefinition, ToolDescription } from '../../../../src/services/tools/index.ts';
import { createToolProject, toolCall, type ToolProject } from './tool-project.ts';

let project: ToolProject;

beforeEach(() => {
  project = createToolProject();
});

afterEach(async () => await project.remove());

const run = (): string => 'ran';

async function describeTool(spec: ToolSpec, code: ToolDefinition = { run }): Promise<ToolDescription | undefined> {
  const runtime = await project.runtime({ tools: { tool: spec }, handlers: new Map([['tool', code]]) });
  return runtime.describe()[0];
}

it.each([
  { says: 'takes the place of "anything" where the code says nothing', declared: ['expensive'], all: ['expensive'] },
  { says: 'cannot take away what the code says', code: ['shell'], declared: ['deterministic_safe'], all: ['shell'] },
  { says: 'adds to what the code says', code: ['expensive'], declared: ['shell'], all: ['expensive', 'shell'] },
  { says: 'says that it does no harm', declared: ['deterministic_safe'], all: ['deterministic_safe'] },
] as const)('a manifest $says', async ({ declared, all, ...rest }) => {
  const code = 'code' in rest ? { capabilities: rest.code, run } : { run };
  const described = await describeTool({ type: 'registered', capabilities: [...declared] }, code);
  expect(described?.capabilities).toEqual(all);
});

it('a manifest makes no writing tool harmless', async () => {
  const spec = { type: 'filesystem.write_file', root: './work', capabilities: ['deterministic_safe'] } as const;
  const described = await describeTool({ ...spec, capabilities: [...spec.capabilities] });
  expect([described?.capabilities, described?.isReadOnly]).toEqual([['workspace_mutation'], false]);
});

it.each([
  ['raises the risk', 'high', 'high'],
  ['cannot lower the risk', 'low', 'medium'],
] as const)('a manifest %s', async (_, risk, expected) => {
  const described = await describeTool({ type: 'registered', capabilities: ['external_network'], risk });
  expect(described?.risk).toBe(expected);
});

it.each([
  ['runs', ['expensive'], { ok: true, output: 'ran' }],
  ['does not run', ['shell'], { ok: true, output: { not_run: 'analysis_only' }, notRun: 'analysis_only' }],
] as const)('a tool %s in a safe mode by the capabilities of its manifest', async (_, capabilities, outcome) => {
  const runtime = await project.runtime({
    tools: { tool: { type: 'registered', capabilities: [...capabilities] } },
    handlers: new Map([['tool', run]]),
  });
  expect(await runtime.call(toolCall('tool', {}, { mode: 'analysis_only' }))).toEqual(outcome);
});
