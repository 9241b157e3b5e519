import type { PermissionsSpec, ToolSpec } from '../../src/manifest/index.ts';
import { createSchemaValidator } from '../../src/services/json/index.ts';
import { createToolRuntime, type ToolOutcome } from '../../src/services/tools/index.ts';

export interface BenchTool {
  /** Throws when the call fails. */
  call(given: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** One tool in a directory, without an engine around it. */
export async function openTool(
  spec: ToolSpec,
  { directory, permissions }: { readonly directory: string; readonly permissions: PermissionsSpec },
): Promise<BenchTool> {
  const runtime = await createToolRuntime({
    tools: { tool: spec },
    permissions,
    projectDirectory: directory,
    schemas: createSchemaValidator({}),
    handlers: new Map(),
    stateDirectory: './.agent-engine',
  });
  const { signal } = new AbortController();
  return {
    call: async (given) =>
      outputOf(await runtime.call({ tool: 'tool', arguments: given, mode: 'normal', idempotencyKey: 'bench', signal })),
    close: async () => await runtime.close(),
  };
}

function outputOf(outcome: ToolOutcome): unknown {
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.output;
}
