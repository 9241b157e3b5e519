import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import { createToolProject, toolCall, type ToolProject } from './tool-project.ts';

let project: ToolProject;

// It is looked for once in a process: nothing in this file ever finds it.
beforeEach(() => {
  vi.stubEnv('PATH', '');
  project = createToolProject();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await project.remove();
});

it.each<ToolSpec>([
  { type: 'command.run', command: 'npm test', sandbox: 'required' },
  { type: 'mcp', command: 'npx', only: ['work'], sandbox: 'required' },
])('%j is not loaded where there is no sandbox', async (tool) => {
  await expect(project.runtime({ tools: { work: tool } })).rejects.toMatchObject({ code: 'SECURITY_SANDBOX_MISSING' });
});

it('a command that only would like one runs without', async () => {
  const runtime = await project.runtime({
    tools: { work: { type: 'command.run', command: '/bin/echo done', sandbox: 'auto' } },
    permissions: { commands: { allow: ['/bin/echo done'] } },
  });
  expect(await runtime.call(toolCall('work', {}))).toMatchObject({ ok: true, output: { stdout: 'done\n' } });
});
