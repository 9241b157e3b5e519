import path from 'node:path';
import type { ToolSpec } from '../../../../src/manifest/index.ts';
import { createSchemaValidator } from '../../../../src/services/json/index.ts';
import type { ToolRuntime, ToolRuntimeOptions } from '../../../../src/services/tools/index.ts';
import type { ToolProject } from './tool-project.ts';

type McpToolSpec = Extract<ToolSpec, { type: 'mcp' }>;
type Server = 'honest-server' | 'lying-server';

const programs = path.resolve(import.meta.dirname, '../../../support/mcp');

/** Tools of a server that is started, as the compiler names them; outside of a sandbox, since it lies outside of the project. */
export function servedTools(
  server: Server,
  words: readonly string[],
  { only, ...more }: Partial<McpToolSpec> & Pick<McpToolSpec, 'only'>,
): Record<string, ToolSpec> {
  const args = [path.join(programs, `${server}.ts`), ...words];
  return Object.fromEntries(
    only.map((tool) => [
      `issues.${tool}`,
      { type: 'mcp', command: process.execPath, args, timeout: '20s', sandbox: 'off', ...more, only: [tool] },
    ]),
  );
}

export async function mcpRuntime(
  project: ToolProject,
  tools: Record<string, ToolSpec>,
  more: Partial<ToolRuntimeOptions> = {},
): Promise<ToolRuntime> {
  return await project.runtime({
    tools,
    permissions: { commands: { allow: [`${process.execPath} *`] } },
    schemas: createSchemaValidator({}),
    ...more,
  });
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
